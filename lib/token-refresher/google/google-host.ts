import { validatePushHost } from '../../images/image-reference';
import { PushTarget } from '../../images/push-target';
import { ValidationError, invalid } from '../../validation';

/** @see https://cloud.google.com/resource-manager/docs/creating-managing-projects */
const PROJECT = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/**
 * The hosts of Artifact Registry, among them those of its regional endpoints.
 *
 * @see https://github.com/GoogleCloudPlatform/docker-credential-gcr/blob/master/config/const.go
 */
const ARTIFACT_REGISTRY = /^(?:[a-z0-9-]+-docker|docker\.[a-z0-9-]+\.rep)\.pkg\.dev$/;

/** Whether a host is one of Artifact Registry's, including the `gcr.io` hosts. */
export function isGoogleHost(host: string): boolean {
  return isGcr(host) || ARTIFACT_REGISTRY.test(host);
}

/** Checks a host of Google. */
export function validateGoogleHost(host: string): ValidationError[] {
  const errors = validatePushHost(host);
  if (errors.length > 0 || isGoogleHost(host)) return errors;
  return invalid('mismatch', `${host} is not a registry host of Google`);
}

/** `mirror.gcr.io` and `k8s.gcr.io` are to pull from. */
function isGcr(host: string): boolean {
  return host === 'gcr.io' || (host.endsWith('.gcr.io') && !/^(?:mirror|k8s)\.gcr\.io$/.test(host));
}

/** Checks whether a host of Google can have such a repository or prefix. */
export function validateGoogleTarget(target: PushTarget, host: string): ValidationError[] {
  const components = target.path.split('/');
  // Image paths write the ":" of a domain-scoped project, `example.com:project`, as "/".
  const domain = components[0].includes('.') ? [components[0]] : [];
  const project = components[domain.length] ?? '';
  const errors: ValidationError[] = [];
  if (project !== '' && !PROJECT.test(project)) {
    const rule = '6 to 30 of the characters a-z, 0-9 and "-", the first a letter';
    errors.push(...invalid('malformed', `${project} is not a Google project id: expected ${rule}`));
  }
  const names = ['<project>', ...(isGcr(host) ? [] : ['<repository>']), ...(target.isPrefix ? [] : ['<image>'])];
  const levels = [...domain, ...names];
  if (components.length < levels.length || project === '') {
    const right = `\`${host}/${levels.join('/')}\``;
    const message = `on ${host} a ${target.isPrefix ? 'prefix' : 'repository'} needs at least ${right}`;
    errors.push(...invalid('malformed', message));
  }
  return errors;
}
