import { FileReport } from '../report/file-report';
import { RegistryValues } from './registry-values';

/** A values file whose password is missing, so that its push Secret cannot be written. */
export interface MissingPassword {
  readonly file: string;
  readonly name: string;
  /** The place where the password was expected. */
  readonly origin: string;
}

/** The files whose variable is not set or whose password file does not exist. */
export function missingPasswords(registries: readonly RegistryValues[]): MissingPassword[] {
  return registries.flatMap(({ file, name, pushSecret }) =>
    pushSecret.from === 'missing-password' ? [{ file, name, origin: pushSecret.origin }] : [],
  );
}

/** Whether REQUIRE_PASSWORDS requires every password: any value does, except 0, false and empty text. */
export function passwordsAreRequired(value: string | undefined): boolean {
  return value !== undefined && !/^(0|false)?$/i.test(value);
}

/** Reports each missing password as a problem, for pipelines that deploy. */
export function requirePasswords(missing: readonly MissingPassword[], reports: ReadonlyMap<string, FileReport>): void {
  for (const { file, origin } of missing) {
    const message = `${origin} is missing, and passwords are required; provide it`;
    reports.get(file)?.problem(['customImage', 'registryPasswordFrom'], 'unavailable', message);
  }
}
