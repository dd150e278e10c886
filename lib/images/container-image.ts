import { PATH, validateHost, splitHost } from './image-reference';
import { redact } from '../redact';
import { ValidationError, invalid } from '../validation';

/** @see https://github.com/distribution/reference/blob/main/regexp.go */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Checks an image reference, with a tag, a digest, both or neither. */
export function validateImage(image: unknown): ValidationError[] {
  const text = typeof image === 'string' ? image.replace(DIGEST, '') : '';
  const [, repository, tag] = /^(.*?)(?::([^:/]*))?$/.exec(text) ?? [];
  if (repositoryIsValid(repository) && (tag === undefined || TAG.test(tag))) return [];
  return invalid(
    'malformed',
    `${redact(image)} is not an image reference: expected one like \`registry.example.com/aws-cli:2.36.46\` or \`...@sha256:<64 hex digits>\``,
  );
}

/** Checks the repository of a container image, without a tag. */
export function validateImageRepository(repository: unknown): ValidationError[] {
  if (repositoryIsValid(repository)) return [];
  return invalid(
    'malformed',
    `${redact(repository)} is not an image repository: expected one like \`infuseai/buildah\`, without a tag`,
  );
}

/** Checks the tag of a container image. */
export function validateImageTag(tag: unknown): ValidationError[] {
  if (typeof tag === 'string' && TAG.test(tag)) return [];
  return invalid(
    'malformed',
    `${redact(tag)} is not a tag: expected at most 128 letters, digits, "_", "." and "-", the first not "." or "-"`,
  );
}

function repositoryIsValid(repository: unknown): boolean {
  if (typeof repository !== 'string') return false;
  const { host, path } = splitHost(repository);
  return PATH.test(path) && (host === undefined || validateHost(host).length === 0);
}
