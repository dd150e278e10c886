// A program that asks the question on standard input, and writes the answer and the line for a person as one JSON
// object.
import { text } from 'node:stream/consumers';
import { askPushAccess, describePushAccess, type PushAccessQuestion } from '../../../cli/push-access';

void (async () => {
  const question = JSON.parse(await text(process.stdin)) as PushAccessQuestion;
  const access = await askPushAccess(question);
  console.log(JSON.stringify({ access, line: describePushAccess(question, access) }));
})();
