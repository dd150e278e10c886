import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';

/** Adds the check that no other construct of the tree makes a CronJob of the same name in the same namespace. */
export function addCronJobCollisionCheck(owner: Construct, cronJob: ApiObject): void {
  owner.node.addValidation({
    validate: () =>
      owner.node.root.node
        .findAll()
        .filter((other): other is ApiObject => other !== cronJob && ApiObject.isApiObject(other))
        .filter((other) => other.kind === 'CronJob' && other.name === cronJob.name)
        .filter((other) => other.metadata.namespace === cronJob.metadata.namespace)
        .map(
          (other) =>
            `the CronJob ${cronJob.metadata.namespace}/${cronJob.name} is made twice: by '${owner.node.path}' and ` +
            `'${other.node.path}'; give one of them another \`name\``,
        ),
  });
}
