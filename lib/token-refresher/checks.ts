import { AwsIdentity } from './aws/aws-identity';
import { accountFaults, partitionOf, regionFaults } from './aws/aws-partition';
import { EcrHostForm } from './aws/ecr-host';
import { ecrRepositoryFaults } from './aws/ecr-repository';
import { EcrRegistryAddress, EcrTokenRefresherOptions, EcrTokenRefresherPod } from './options';
import { isReservedVariable } from './variables';
import { hostOf } from './aws/resolved-registry';
import { scheduleFaults } from './schedule';
import { Faults, booleanFaults, mapFaults, stringListFaults, stringMapFaults } from '../validation';
import { imageFaults } from '../images/container-image';
import { annotationFaults, labelFaults } from '../kubernetes/labels';
import { objectNameFaults } from '../kubernetes/names';
import { tolerationFaults } from '../kubernetes/tolerations';
import { holdsCredential, shown } from '../redact';
import { PushTarget } from '../images/push-target';

/** Notes the faults of the registries that share one Secret; returns their regions. */
export function checkRegistries(prop: string, registries: EcrRegistryAddress[], faults: Faults): string[] {
  if (!Array.isArray(registries) || registries.length === 0) {
    faults.add(prop, 'at least one registry is wanted: an account and a region');
    return [];
  }
  registries.forEach((registry, i) => checkRegistry(`${prop}[${i}].`, registry, faults));
  checkTogether(prop, registries, faults);
  return registries.map((registry) => registry?.region);
}

/** Notes the faults of one registry. */
export function checkRegistry(prefix: string, registry: EcrRegistryAddress, faults: Faults): void {
  const { account, region, hostForm, targets, ensureRepositories } = registry ?? {};
  faults.add(`${prefix}account`, ...accountFaults(account));
  faults.add(`${prefix}region`, ...regionFaults(region));
  const forms = Object.values(EcrHostForm);
  if (hostForm !== undefined && !forms.includes(hostForm)) {
    faults.add(`${prefix}hostForm`, `${shown(hostForm)} is none of ${forms.join(', ')}`);
  }
  faults.add(`${prefix}ensureRepositories`, ...booleanFaults(ensureRepositories));
  if (ensureRepositories === true && !(targets ?? []).some((target) => target?.isPrefix === false)) {
    faults.add(`${prefix}ensureRepositories`, 'without effect: no repository is among `targets`');
  }
  checkTargets(`${prefix}targets`, targets, faults);
}

/** Notes what registries of one Secret cannot be to each other: the same, or of several partitions. */
export function checkTogether(prop: string, registries: readonly EcrRegistryAddress[], faults: Faults): void {
  const valid = registries.filter((registry) => regionFaults(registry?.region).length === 0);
  const hosts = valid.map(hostOf);
  const repeated = valid.filter((_, i) => hosts.indexOf(hosts[i]) !== i);
  for (const { account, region } of repeated) faults.add(prop, `account ${account} in ${region} is named twice`);
  const partitions = [...new Set(valid.map(({ region }) => partitionOf(region).name))];
  if (partitions.length < 2) return;
  const regions = [...new Set(valid.map(({ region }) => region))].join(', ');
  faults.add(
    prop,
    `${regions} are in the partitions ${partitions.join(' and ')}: no identity spans them, so each needs a refresher of its own`,
  );
}

function checkTargets(prop: string, targets: PushTarget[] | undefined, faults: Faults): void {
  if (targets === undefined) return;
  if (!Array.isArray(targets) || targets.some((target) => !(target instanceof PushTarget))) {
    faults.add(prop, 'a list of PushTarget is wanted');
    return;
  }
  for (const { path, isPrefix } of targets) faults.add(prop, ...ecrRepositoryFaults(path, isPrefix));
}

/** Notes the faults of what can be chosen of a refresher. */
export function checkOptions(options: EcrTokenRefresherOptions, regions: string[], faults: Faults): void {
  if (options.secretName !== undefined) faults.add('secretName', ...objectNameFaults('Secret', options.secretName));
  if (options.schedule !== undefined) faults.add('schedule', ...scheduleFaults(options.schedule));
  if (options.identity !== undefined) faults.add('identity', ...identityFaults(options.identity, regions));
  for (const map of ['images', 'pod', 'alert'] as const) faults.add(map, ...mapFaults(options[map]));
  const { awsCli, kubectl } = options.images ?? {};
  if (awsCli !== undefined) faults.add('images.awsCli', ...imageFaults(awsCli));
  if (kubectl !== undefined) faults.add('images.kubectl', ...imageFaults(kubectl));
  faults.add('alert.labels', ...labelFaults(options.alert?.labels));
  checkPod(options.pod ?? {}, faults);
}

/** Faults of an identity for registries in these regions. */
export function identityFaults(identity: unknown, regions: string[]): string[] {
  if (!(identity instanceof AwsIdentity)) return ['an AwsIdentity is wanted: AwsIdentity.irsa(roleArn), ...'];
  const { partition } = identity;
  const others = regions.filter(
    (region) => regionFaults(region).length === 0 && partitionOf(region).name !== partition,
  );
  if (partition === undefined || others.length === 0) return [];
  return [
    `${identity.roleArn} is of the partition ${partition}, but ${others[0]} is in ${partitionOf(others[0]).name}`,
  ];
}

function checkPod(pod: EcrTokenRefresherPod, faults: Faults): void {
  const { imagePullSecrets, nodeSelector, tolerations, priorityClassName, labels, annotations, caConfigMap } = pod;
  const noList = stringListFaults(imagePullSecrets);
  const wrongNames = (noList.length > 0 ? [] : (imagePullSecrets ?? [])).flatMap((name) =>
    objectNameFaults('Secret', name),
  );
  faults.add('pod.imagePullSecrets', ...noList, ...wrongNames);
  faults.add('pod.nodeSelector', ...labelFaults(nodeSelector));
  if (tolerations !== undefined && !Array.isArray(tolerations)) faults.add('pod.tolerations', 'a list is wanted');
  else tolerations?.forEach((toleration, i) => faults.add(`pod.tolerations[${i}]`, ...tolerationFaults(toleration)));
  if (priorityClassName !== undefined) {
    faults.add('pod.priorityClassName', ...objectNameFaults('priority class', priorityClassName));
  }
  faults.add('pod.labels', ...labelFaults(labels));
  faults.add('pod.annotations', ...annotationFaults(annotations));
  if (caConfigMap !== undefined) faults.add('pod.caConfigMap', ...objectNameFaults('ConfigMap', caConfigMap));
  checkAwsEnv(pod, faults);
}

function checkAwsEnv({ awsEnv, caConfigMap }: EcrTokenRefresherPod, faults: Faults): void {
  if (awsEnv === undefined) return;
  const wrong = stringMapFaults(awsEnv);
  faults.add('pod.awsEnv', ...wrong);
  if (wrong.length > 0) return;
  for (const [name, value] of Object.entries(awsEnv)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) faults.add('pod.awsEnv', `${shown(name)} is no name of a variable`);
    if (isReservedVariable(name)) {
      faults.add(
        'pod.awsEnv',
        `${name} is the refresher's own, or would choose another identity or program: it cannot be set here`,
      );
    }
    if (name === 'AWS_CA_BUNDLE' && caConfigMap !== undefined) {
      faults.add('pod.awsEnv', 'AWS_CA_BUNDLE is what `caConfigMap` sets: leave one of them out');
    }
    if (holdsCredential(value)) {
      faults.add(
        'pod.awsEnv',
        `${name} holds a login or a token, which would be committed: use an address without one`,
      );
    }
  }
}
