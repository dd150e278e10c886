import { redact } from '../../redact';
import { ValidationError, invalid } from '../../validation';

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const REPOSITORY = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** Checks the name of an ECR repository or a prefix of such names. */
export function validateEcrRepository(name: string, isPrefix: boolean): ValidationError[] {
  if (isPrefix && name === '') return [];
  const errors: ValidationError[] = [];
  if (!REPOSITORY.test(name)) {
    const rule = 'lower-case letters and digits that single ".", "_", "-" or "/" may separate';
    errors.push(...invalid('malformed', `${redact(name)} is not an ECR repository name: expected ${rule}`));
  }
  // A prefix may be short, as at least a "/" and a character follow it.
  if (!isPrefix && name.length < 2) {
    errors.push(...invalid('malformed', `${redact(name)} is too short for ECR: expected 2 to 256 characters`));
  }
  return errors;
}

/**
 * The AWS CLI command that makes ECR create repositories below a prefix at their first push.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html
 */
export function creationTemplateCommand(region: string, prefix: string): string {
  const namespace = prefix === '' ? 'ROOT' : prefix;
  return `aws ecr create-repository-creation-template --region ${region} --prefix ${namespace} --applied-for CREATE_ON_PUSH`;
}
