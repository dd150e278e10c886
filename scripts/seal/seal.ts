import { sealCommand } from './command';

void sealCommand(process.argv.slice(2), process).then((status) => {
  process.exitCode = status;
});
