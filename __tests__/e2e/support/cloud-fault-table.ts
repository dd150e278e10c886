import { type CloudRow, hostOf, SECRET, subjectOf, valuesOf } from './cloud-rows';
import type { Clouds } from './clouds';
import { logOf, passwords, type PushSecret } from './ecr';
import { FaultTable, type Subject } from './fault-table';

/** The table of faults for a cloud whose refresher uses curl. */
export class CloudFaultTable extends FaultTable {
  constructor(
    private readonly clouds: Clouds,
    private readonly cloudRow: CloudRow,
  ) {
    super(clouds.cluster);
  }

  /** A refresher with its first Secret. */
  async installRow(): Promise<Subject> {
    const namespaces = [await this.clouds.namespace()];
    const refresher = await this.cluster.install(valuesOf(this.cloudRow, namespaces), 'cloud');
    const identity = this.cloudRow.letIn(this.clouds, subjectOf(refresher));
    const job = await this.cluster.runFirstJob(refresher);
    if (job.condition !== 'Complete') throw new Error(`the first Job failed:\n${logOf(job)}`);
    return { refresher, secretName: SECRET, namespaces, hosts: { [hostOf(this.cloudRow)]: '' }, identity };
  }

  protected override issuedSoFar(): number {
    return this.cloudRow.isCached ? 0 : this.cloudRow.issued(this.clouds).length;
  }

  protected override isComplete(secret: PushSecret, { hosts, identity }: Subject, issuedBefore: number): boolean {
    if (secret.type !== 'kubernetes.io/dockerconfigjson' || Object.keys(secret.data).length !== 1) return false;
    try {
      const [[host, password], ...more] = Object.entries(passwords(secret, this.cloudRow.username));
      const token = this.cloudRow
        .issued(this.clouds)
        .slice(issuedBefore)
        .find((one) => one.token === password);
      const expires = Date.parse(secret.metadata.annotations?.['push-secret/expires-at'] ?? '');
      return more.length === 0 && host in hosts && token?.identity === identity && expires > Date.now();
    } catch {
      return false;
    }
  }
}
