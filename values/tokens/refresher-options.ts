import type { AnyTokenRefresherProps } from '../../lib/token-refresher/options';
import { Schedule } from '../../lib/token-refresher/schedule';
import type { TokenCloud } from '../../lib/token-refresher/token-cloud';
import { validateOptions } from '../../lib/token-refresher/validate-options';
import type { FileReport } from '../report/file-report';

/** The options of the refresher that every token block has. */
export interface RefresherValues {
  readonly schedule?: string;
  readonly images?: object;
  readonly pod?: { readonly runAsUser?: number | 'cluster' };
  readonly alert?: object;
  readonly pushCheck?: boolean;
  readonly admissionPolicy?: boolean;
}

/** Reads the options of a cloud's refresher from the block with this key. */
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

/** The pod options of the library, in which no option is a number or a word, as jsii does not support that. */
function withUser(pod: RefresherValues['pod']): object | undefined {
  return pod?.runAsUser === 'cluster' ? { ...pod, runAsUser: undefined, useClusterUser: true } : pod;
}
