import { runProcess } from './cli/run-process';

// The cdk8s app of this repository: the `synth` command, run from the sources. cli/synth.ts reads and checks
// registries/, makes the manifests and replaces dist/.
void runProcess(['synth', ...process.argv.slice(2)]);
