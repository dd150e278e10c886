import type { AnyTokenRefresherProps } from '../../lib/token-refresher/options';
import { Schedule } from '../../lib/token-refresher/schedule';
import type { TokenCloud } from '../../lib/token-refresher/token-cloud';
import { validateOptions } from '../../lib/token-refresher/validate-options';
import type { FileReport } from '../report/file-report';

/** What every token block may say of its refresher. */
export interface RefresherValues {
  readonly schedule?: string;
  readonly images?: object;
  readonly pod?: object;
  readonly alert?: object;
  readonly pushCheck?: boolean;
}

/** Reads what can be chosen of a cloud's refresher, from the block under that key. */
export function readRefresherOptions(
  key: string,
  values: RefresherValues,
  cloud: TokenCloud,
  report: FileReport,
): AnyTokenRefresherProps {
  const { schedule: expression, images, pod, alert, pushCheck } = values;
  const schedule =
    expression === undefined
      ? undefined
      : report.collect(
          () => Schedule.cron(expression),
          () => [key, 'schedule'],
        );
  const options = { schedule, images, pod, alert, pushCheck } as AnyTokenRefresherProps;
  report.errors([key], validateOptions(options, cloud));
  return options;
}
