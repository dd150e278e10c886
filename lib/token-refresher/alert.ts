import { Construct } from 'constructs';
import { TokenRefreshAlertProps } from './options';
import { Schedule, jobDeadlineMinutes } from './schedule';
import { TokenCloud, TokenLife } from './token-cloud';
import {
  PrometheusRule,
  PrometheusRuleSpecGroupsRules,
  PrometheusRuleSpecGroupsRulesExpr,
} from '../../imports/monitoring.coreos.com';

/**
 * The age of the last success at which to warn, in minutes. By then a run has failed with all its retries, but the
 * token is still valid. If runs are far apart, it is halfway between the second run and the token's expiry.
 */
export function staleAfterMinutes(schedule: Schedule, life: TokenLife): number {
  const gap = schedule._longestGapMinutes;
  return Math.min(gap + jobDeadlineMinutes(life), Math.floor((gap + life.minutes) / 2));
}

/** A CronJob to watch. */
export interface WatchedCronJob {
  readonly name: string;
  readonly namespace: string;
  readonly schedule: Schedule;
  readonly cloud: TokenCloud;
  readonly secretName: string;
}

/**
 * Makes alerts for a refresher that stopped and for one that never succeeded. A new refresher gets some time first.
 *
 * @see https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/cronjob-metrics.md
 */
export function createTokenRefreshAlert(
  scope: Construct,
  cronJob: WatchedCronJob,
  props: TokenRefreshAlertProps,
): PrometheusRule {
  const { name, namespace, schedule, secretName, cloud } = cronJob;
  const { tokenTitle, alertPrefix, life } = cloud;
  const minutes = staleAfterMinutes(schedule, life);
  const selector = `{namespace="${namespace}",cronjob="${name}"}`;
  const success = `kube_cronjob_status_last_successful_time${selector}`;
  // Events live an hour, so those that name the last Job are gone by now.
  const next =
    `It is valid for ${life.inWords}; after that, pushes and pulls fail. ` +
    `kubectl -n ${namespace} get jobs --sort-by=.metadata.creationTimestamp lists the runs, the last one below. ` +
    `The end of kubectl -n ${namespace} logs job/NAME --all-containers --ignore-errors says what to do.`;
  const rules = [
    rule(
      tokenTitle,
      `${alertPrefix}RefreshStale`,
      `time() - ${success} > ${minutes * 60}`,
      `The ${tokenTitle} in the Secret ${secretName} has not been refreshed, or was not known to be able to push, for more than ` +
        `${minutes} minutes. ${next}`,
    ),
    rule(
      tokenTitle,
      `${alertPrefix}RefreshNeverSucceeded`,
      `time() - kube_cronjob_created${selector} > ${minutes * 60} unless ${success}`,
      `The ${tokenTitle} in the Secret ${secretName} was never refreshed by its CronJob, which has existed for more ` +
        `than ${minutes} minutes. ${next}`,
    ),
  ];
  return new PrometheusRule(scope, 'alert', {
    metadata: { name, namespace, labels: props.labels },
    spec: { groups: [{ name, rules }] },
  });
}

function rule(
  tokenTitle: string,
  alert: string,
  expression: string,
  description: string,
): PrometheusRuleSpecGroupsRules {
  const summary = `The ${tokenTitle} in a push Secret is not refreshed`;
  const expr = PrometheusRuleSpecGroupsRulesExpr.fromString(expression);
  return { alert, expr, labels: { severity: 'warning' }, annotations: { summary, description } };
}
