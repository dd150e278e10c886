import { FileReport } from '../report/file-report';
import { RegistryValues } from './registry-values';

/** A values file whose password could not be read, so that its push Secret cannot be made. */
export interface MissingPassword {
  readonly file: string;
  readonly name: string;
  /** Where the password was looked for. */
  readonly origin: string;
}

/** The files whose variable is not set or whose password file does not exist. */
export function missingPasswords(registries: readonly RegistryValues[]): MissingPassword[] {
  return registries.flatMap(({ file, name, pushSecret }) =>
    pushSecret.from === 'missing-password' ? [{ file, name, origin: pushSecret.origin }] : [],
  );
}

/** Whether REQUIRE_PASSWORDS asks for every password to be there: any value but 0 and false does. */
export function passwordsAreRequired(value: string | undefined): boolean {
  return value !== undefined && !/^(0|false)?$/i.test(value);
}

/** Makes each missing password a problem: what a pipeline that deploys wants. */
export function requirePasswords(missing: readonly MissingPassword[], reports: ReadonlyMap<string, FileReport>): void {
  for (const { file, origin } of missing) {
    const message = `${origin} is missing, and passwords are required; provide it`;
    reports.get(file)?.problem(['customImage', 'registryPasswordFrom'], 'unavailable', message);
  }
}
