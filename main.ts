import { runCommand } from './cli/program';

// The cdk8s app of this repository: the `synth` command, run from the sources. cli/synth.ts reads and checks
// registries/, makes the manifests and replaces dist/.
void runCommand(['synth', ...process.argv.slice(2)], process).then((status) => {
  process.exitCode = status;
});
