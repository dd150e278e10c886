import { AnyTokenRefresherProps, TokenRefresherPod } from './options';
import { Schedule, validateScheduleFor } from './schedule';
import { TokenCloud } from './token-cloud';
import { PROXY_VARIABLES } from './variables';
import { validateImage } from '../images/container-image';
import { validateAnnotations, validateLabels } from '../kubernetes/labels';
import { validateObjectName } from '../kubernetes/names';
import { validateToleration } from '../kubernetes/tolerations';
import { holdsLogin, redact } from '../redact';
import { validateText } from '../text';
import {
  ValidationError,
  ValidationErrors,
  invalid,
  oncePerObject,
  validateBoolean,
  validateMap,
  validateStringList,
  validateStringMap,
} from '../validation';

/** Checks what can be chosen of a cloud's refresher. */
export function validateOptions(options: AnyTokenRefresherProps, cloud: TokenCloud): ValidationError[] {
  const { secretName, schedule, images, pod, alert, pushCheck, admissionPolicy } = options;
  const errors = new ValidationErrors();
  if (secretName !== undefined) errors.add('secretName', validateObjectName('Secret', secretName));
  if (schedule instanceof Schedule) errors.add('schedule', validateScheduleFor(schedule, cloud));
  else if (schedule !== undefined) {
    errors.add('schedule', invalid('wrong-type', 'a Schedule is wanted: Schedule.cron(expression)'));
  }
  errors.add('pushCheck', validateBoolean(pushCheck));
  errors.add('admissionPolicy', validateBoolean(admissionPolicy));
  for (const [map, value] of Object.entries({ images, pod, alert })) errors.add(map, validateMap(value));
  for (const image of [cloud.imageProp, 'kubectl']) {
    if (images?.[image] !== undefined) errors.add(['images', image], validateImage(images[image]));
  }
  errors.add(['alert', 'labels'], validateLabels(alert?.labels));
  errors.add('pod', validatePod(pod ?? {}));
  errors.add(['pod', cloud.envProp], validateEnv(envOf(pod, cloud), pod?.caConfigMap !== undefined, cloud));
  return errors.list;
}

/** The variables that the pod's owner adds to the container which asks for the tokens. */
export function envOf(pod: TokenRefresherPod | undefined, cloud: TokenCloud): { [name: string]: string } | undefined {
  return (pod as { [prop: string]: { [name: string]: string } | undefined } | undefined)?.[cloud.envProp];
}

const validatePod = oncePerObject((pod: TokenRefresherPod): ValidationError[] => {
  const { imagePullSecrets, nodeSelector, tolerations, priorityClassName, labels, annotations, caConfigMap } = pod;
  const errors = new ValidationErrors();
  validateUser(pod, errors);
  const noList = validateStringList(imagePullSecrets);
  errors.add('imagePullSecrets', noList);
  if (noList.length === 0) {
    imagePullSecrets?.forEach((name, i) => errors.add(['imagePullSecrets', i], validateObjectName('Secret', name)));
  }
  errors.add('nodeSelector', validateLabels(nodeSelector));
  if (tolerations !== undefined && !Array.isArray(tolerations)) {
    errors.add('tolerations', invalid('wrong-type', 'a list is wanted'));
  } else {
    tolerations?.forEach((toleration, i) => errors.add(['tolerations', i], validateToleration(toleration)));
  }
  if (priorityClassName !== undefined) {
    errors.add('priorityClassName', validateObjectName('priority class', priorityClassName));
  }
  errors.add('labels', validateLabels(labels));
  errors.add('annotations', validateAnnotations(annotations));
  if (caConfigMap !== undefined) errors.add('caConfigMap', validateObjectName('ConfigMap', caConfigMap));
  return errors.list;
});

/** The largest number that Linux and Kubernetes take for a user. */
const MAX_USER = 2 ** 31 - 1;

function validateUser({ runAsUser, useClusterUser }: TokenRefresherPod, errors: ValidationErrors): void {
  errors.add('useClusterUser', validateBoolean(useClusterUser));
  if (runAsUser === undefined) return;
  if (!Number.isInteger(runAsUser) || runAsUser < 1 || runAsUser > MAX_USER) {
    const message = `${redact(runAsUser)} is no user that the pod can run as: a whole number from 1 to ${MAX_USER}`;
    errors.add('runAsUser', invalid('malformed', message));
  }
  if (useClusterUser === true) {
    errors.add('runAsUser', invalid('conflict', 'beside `useClusterUser` without effect: leave one of them out'));
  }
}

function validateEnv(
  env: { [name: string]: string } | undefined,
  hasCa: boolean,
  { caVariable, allowedVariables }: TokenCloud,
): ValidationError[] {
  const errors = validateStringMap(env);
  if (errors.length > 0) return errors;
  const allowed = [...allowedVariables, ...PROXY_VARIABLES];
  return Object.entries(env ?? {}).flatMap(([name, value]) => {
    const found: ValidationError[] = [];
    if (!allowed.includes(name)) {
      const known = `known are ${allowed.filter((one) => !PROXY_VARIABLES.includes(one)).join(', ')}, and those of proxies`;
      found.push(...invalid('not-allowed', `${redact(name)} is not a variable that can be set here: ${known}`));
    }
    if (name === caVariable && hasCa) {
      found.push(...invalid('conflict', `${caVariable} is what \`caConfigMap\` sets: leave one of them out`));
    }
    found.push(...validateText('the value of a variable', value));
    if (holdsLogin(value)) {
      const holds = `${name} holds a login, which would be committed`;
      found.push(...invalid('credential', `${holds}: use an address without one`));
    }
    return found;
  });
}
