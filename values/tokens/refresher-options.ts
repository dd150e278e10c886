import type { AnyTokenRefresherProps } from '../../lib/token-refresher/options';
import { Schedule } from '../../lib/token-refresher/schedule';
import type { TokenCloud } from '../../lib/token-refresher/token-cloud';
import { validateOptions } from '../../lib/token-refresher/validate-options';
import type { FileReport } from '../report/file-report';

/** What every token block may say of its refresher. */
export interface RefresherValues {
  readonly schedule?: string;
  readonly images?: object;
  readonly pod?: { readonly runAsUser?: number | 'cluster' };
  readonly alert?: object;
  readonly pushCheck?: boolean;
  readonly admissionPolicy?: boolean;
}

/** Reads what can be chosen of a cloud's refresher, from the block under that key. */
export function readRefresherOptions(
  key: string,
  values: RefresherValues,
  cloud: TokenCloud,
  report: FileReport,
): AnyTokenRefresherProps {
  const { schedule: expression, images, alert, pushCheck, admissionPolicy } = values;
  const schedule =
    expression === undefined
      ? undefined
      : report.collect(
          () => Schedule._cronFor(expression, cloud.life),
          () => [key, 'schedule'],
        );
  const pod = withUser(values.pod);
  const options = { schedule, images, pod, alert, pushCheck, admissionPolicy } as AnyTokenRefresherProps;
  report.errors([key], validateOptions(options, cloud));
  return options;
}

/** The pod as the library has it, which knows no value that is a number or a word. */
function withUser(pod: RefresherValues['pod']): object | undefined {
  return pod?.runAsUser === 'cluster' ? { ...pod, runAsUser: undefined, useClusterUser: true } : pod;
}
