import { shown } from '../../redact';

/** @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
const REPOSITORY = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** Faults of the name of an ECR repository, or of the prefix of such names. */
export function ecrRepositoryFaults(name: string, isPrefix: boolean): string[] {
  if (isPrefix && name === '') return [];
  const faults: string[] = [];
  if (!REPOSITORY.test(name)) {
    faults.push(
      `${shown(name)} is no ECR repository name: lower-case letters and digits, separated by single ".", "_", "-" or "/"`,
    );
  }
  // A prefix is one character and the "/" at least, so that it can be as short as it likes.
  if (!isPrefix && name.length < 2) faults.push(`${shown(name)} is too short for ECR: 2 to 256 characters`);
  return faults;
}

/**
 * The AWS CLI command that lets ECR create the repositories below a prefix when something is pushed to them.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create.html
 */
export function creationTemplateCommand(region: string, prefix: string): string {
  const namespace = prefix === '' ? 'ROOT' : prefix;
  return `aws ecr create-repository-creation-template --region ${region} --prefix ${namespace} --applied-for CREATE_ON_PUSH`;
}
