import { foreignText } from './foreign-text';
import { age, Context, Lines } from './lines';
import { cronJobOf, firstJobOf, gapMinutes, jobsRef, podsRef } from './refs';
import { lastSuccess, podCount, Run, runsOf, runsSinceSuccess, terminationMessage, waitingReason } from './runs';
import { refOf } from './snapshot';
import { DoctorRegistry, KubeObject, Line } from './types';

/** How long a Job may have no pod, in minutes. */
const POD_MINUTES = 5;

/** Checks whether the token refresher runs, and what its last failure said. Another check compares it with dist/. */
export function checkRefresher(registry: DoctorRegistry, context: Context): Line[] {
  const lines = new Lines(registry);
  const { snapshot, commands } = context;
  const wanted = cronJobOf(registry);
  const namespace = wanted?.metadata.namespace;
  if (wanted === undefined || namespace === undefined || snapshot.lacksNamespace(namespace)) return [];
  const cronJob = snapshot.object(refOf(wanted));
  if (cronJob.kind === 'found') {
    checkSuspended(lines, cronJob.value, context);
    checkSuccess(lines, registry, cronJob.value, context);
  }
  if (lines.found(snapshot.list(jobsRef(namespace)), `the runs of the token refresher in ${namespace}`, commands)) {
    const runs = runsSinceSuccess(registry, snapshot);
    runs.forEach((run) => checkRun(lines, registry, run, context));
    checkFirstJob(lines, registry, runs, context);
  }
  return lines.all;
}

function checkSuspended(lines: Lines, cronJob: KubeObject, { commands }: Context): void {
  if (!(cronJob.spec as { suspend?: boolean }).suspend) return;
  const { name, namespace } = cronJob.metadata;
  lines.wrong(
    'refresher-suspended',
    `the CronJob ${name} in ${namespace} is suspended: no token is refreshed`,
    commands.kubectl(namespace, 'patch', `cronjob/${name}`, '--patch', `'{"spec":{"suspend":false}}'`),
  );
}

function checkSuccess(
  lines: Lines,
  registry: DoctorRegistry,
  { metadata, spec }: KubeObject,
  { snapshot, commands }: Context,
): void {
  const success = lastSuccess(registry, snapshot);
  const { jobTemplate } = spec as { jobTemplate?: { spec?: { activeDeadlineSeconds?: number } } };
  const deadline = (jobTemplate?.spec?.activeDeadlineSeconds ?? 3600) / 60;
  const since = success ?? new Date(metadata.creationTimestamp ?? snapshot.now);
  // a scheduled run with all its retries
  const late = snapshot.now.getTime() - since.getTime() > ((gapMinutes(registry) ?? 0) + deadline) * 60_000;
  const ago = age(since, snapshot.now);
  if (success === undefined) {
    const text = `the token refresher ${metadata.name} has never succeeded`;
    if (late)
      lines.wrong('refresher-never-succeeded', `${text}. It has existed for ${ago}`, commands.refresh(registry));
    else lines.unknown('refresher-no-success-yet', `${text} yet. It has existed for ${ago}`);
  } else if (late) {
    lines.wrong(
      'refresher-stale',
      `the token was last refreshed ${ago} ago, so a refresh is overdue`,
      commands.refresh(registry),
    );
  } else {
    lines.ok('refresher-success', `the token was last refreshed ${ago} ago`);
  }
}

/** Checks a run that has not succeeded so far. */
function checkRun(lines: Lines, registry: DoctorRegistry, run: Run, { snapshot, commands }: Context): void {
  const { job, isFirst, state, failedPods, reason } = run;
  const { name, namespace } = job.metadata;
  const what = `the ${isFirst ? 'first Job' : 'run'} ${name}`;
  const code = isFirst ? 'first-job' : 'run';
  const pods = snapshot.list(podsRef(job));
  const said = whyFailed(job, { snapshot, commands });
  const describe = commands.kubectl(namespace, 'describe', `job/${name}`);
  if (state === 'failed') {
    const why = `${what} failed (${reason ?? 'no reason given'})`;
    return lines.wrong(`${code}-failed`, `${why}. ${said}`, commands.refresh(registry) ?? describe);
  }
  const waiting = waitingReason(pods);
  if (waiting !== undefined) {
    return lines.wrong(`${code}-stuck`, `${what} cannot start. ${foreignText(waiting)}`, describe);
  }
  if (failedPods > 0) {
    return lines.wrong(`${code}-failing`, `${what} failed ${failedPods} times and is retrying. ${said}`, describe);
  }
  const minutes = (snapshot.now.getTime() - run.at.getTime()) / 60_000;
  if (podCount(job, snapshot) === 0 && minutes > POD_MINUTES) {
    return lines.wrong(`${code}-stuck`, `${what} still has no pod after ${age(run.at, snapshot.now)}`, describe);
  }
  lines.unknown(`${code}-active`, `${what} has been running for ${age(run.at, snapshot.now)}`, describe);
}

/** The last line that the last failure logged. */
function whyFailed(job: KubeObject, { snapshot }: Context): string {
  const message = terminationMessage(snapshot.list(podsRef(job)));
  if (message !== undefined) return `It said: ${foreignText(message)}`;
  const log = snapshot.log(job);
  if (log.kind === 'found') return `It said: ${foreignText(log.value)}`;
  if (log.kind === 'forbidden')
    return `You do not have the right to ${log.right.verb} ${log.right.resource} in ${log.right.namespace}`;
  return 'Its pods and their logs are gone';
}

function checkFirstJob(
  lines: Lines,
  registry: DoctorRegistry,
  current: readonly Run[],
  { snapshot, commands }: Context,
): void {
  const wanted = firstJobOf(registry);
  if (wanted === undefined || current.some(({ isFirst }) => isFirst)) return;
  const { name } = wanted.metadata;
  const run = runsOf(registry, snapshot).find(({ isFirst }) => isFirst);
  if (run !== undefined) {
    const after = run.state === 'complete' ? 'succeeded' : 'did not succeed, but a later run did';
    lines.ok('first-job', `the first Job ${name} ${after}`);
  } else if (lastSuccess(registry, snapshot) !== undefined) {
    lines.ok('first-job', `the first Job ${name} is gone, which is harmless, as a later run succeeded`);
  } else {
    lines.wrong(
      'first-job-missing',
      `the first Job ${name} does not exist, and no run has succeeded`,
      commands.apply(registry),
    );
  }
}
