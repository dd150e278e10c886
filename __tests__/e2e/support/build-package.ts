import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import buildPrograms from '../../support/build-programs';

/** Builds what npm publishes, once and before all suites: a build while others read it would break them. */
export default function buildPackage(): void {
  buildPrograms();
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: join(__dirname, '../../..') });
}
