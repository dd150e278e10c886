// A program that reads a question from standard input, and writes the answer and its text for people as a JSON object.
import { text } from 'node:stream/consumers';
import { askPushAccess, describePushAccess, type PushAccessQuestion } from '../../../cli/push-access';

void (async () => {
  const question = JSON.parse(await text(process.stdin)) as PushAccessQuestion;
  const access = await askPushAccess(question);
  console.log(JSON.stringify({ access, line: describePushAccess(question, access) }));
})();
