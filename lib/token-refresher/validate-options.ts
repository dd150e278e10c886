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

/** Checks the options of a cloud's refresher. */
export function validateOptions(options: AnyTokenRefresherProps, cloud: TokenCloud): ValidationError[] {
  const { secretName, schedule, images, pod, alert, pushCheck, admissionPolicy } = options;
  const errors = new ValidationErrors();
  if (secretName !== undefined) errors.add('secretName', validateObjectName('Secret', secretName));
  if (schedule instanceof Schedule) errors.add('schedule', validateScheduleFor(schedule, cloud));
  else if (schedule !== undefined) {
    errors.add('schedule', invalid('wrong-type', 'expected a Schedule: Schedule.cron(expression)'));
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

/** The variables that the user adds to the container that asks for tokens. */
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
    errors.add('tolerations', invalid('wrong-type', 'expected a list'));
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

/** The largest user id that Linux and Kubernetes accept. */
const MAX_USER = 2 ** 31 - 1;

function validateUser({ runAsUser, useClusterUser }: TokenRefresherPod, errors: ValidationErrors): void {
  errors.add('useClusterUser', validateBoolean(useClusterUser));
  if (runAsUser === undefined) return;
  if (!Number.isInteger(runAsUser) || runAsUser < 1 || runAsUser > MAX_USER) {
    const message = `${redact(runAsUser)} is not a user id that the pod can run as: expected a whole number from 1 to ${MAX_USER}`;
    errors.add('runAsUser', invalid('malformed', message));
  }
  if (useClusterUser === true) {
    errors.add('runAsUser', invalid('conflict', 'has no effect beside `useClusterUser`: remove one of the two'));
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
      const known = `allowed are ${allowed.filter((one) => !PROXY_VARIABLES.includes(one)).join(', ')}, and the proxy variables`;
      found.push(...invalid('not-allowed', `${redact(name)} cannot be set here: ${known}`));
    }
    if (name === caVariable && hasCa) {
      found.push(...invalid('conflict', `${caVariable} is already set by \`caConfigMap\`: remove one of the two`));
    }
    found.push(...validateText('the value of a variable', value));
    if (holdsLogin(value)) {
      const holds = `${name} contains a login, which would be committed`;
      found.push(...invalid('credential', `${holds}: use an address without one`));
    }
    return found;
  });
}
