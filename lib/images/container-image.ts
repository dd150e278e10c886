import { PATH, hostFaults, splitHost } from './image-reference';
import { shown } from '../redact';

/** @see https://github.com/distribution/reference/blob/main/regexp.go */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Faults of the reference of a container image, with a tag, a digest, both or none. */
export function imageFaults(image: unknown): string[] {
  const text = typeof image === 'string' ? image.replace(DIGEST, '') : '';
  const [, repository, tag] = /^(.*?)(?::([^:/]*))?$/.exec(text) ?? [];
  if (repositoryIsValid(repository) && (tag === undefined || TAG.test(tag))) return [];
  return [
    `${shown(image)} is no image reference: an image is wanted, like \`registry.example.com/aws-cli:2.36.46\` or \`...@sha256:<64 hex digits>\``,
  ];
}

/** Faults of the repository of a container image, without a tag. */
export function imageRepositoryFaults(repository: unknown): string[] {
  if (repositoryIsValid(repository)) return [];
  return [`${shown(repository)} is no image repository: \`infuseai/buildah\`, the tag apart`];
}

/** Faults of the tag of a container image. */
export function imageTagFaults(tag: unknown): string[] {
  if (typeof tag === 'string' && TAG.test(tag)) return [];
  return [`${shown(tag)} is no tag: letters, digits, "_", "." and "-", at most 128`];
}

function repositoryIsValid(repository: unknown): boolean {
  if (typeof repository !== 'string') return false;
  const { host, path } = splitHost(repository);
  return PATH.test(path) && (host === undefined || hostFaults(host).length === 0);
}
