import { runCommand } from './program';

void runCommand(process.argv.slice(2), process).then((status) => {
  process.exitCode = status;
});
