import { runCommand } from './cli/program';

// The cdk8s app of this repository: `synth` of the command, run from the sources. What it does is in cli/synth.ts:
// read and check registries/, make the manifests, replace dist/.
void runCommand(['synth', ...process.argv.slice(2)], process).then((status) => {
  process.exitCode = status;
});
