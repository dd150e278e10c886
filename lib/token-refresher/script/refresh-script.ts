import { CHECK_PUSH } from './check-push-sh';
import { PRELUDE } from './prelude-sh';
import { REFRESH } from './refresh-sh';
import { CloudScripts } from '../token-cloud';

/** The whole script of the container that asks a cloud for tokens. */
export function refreshScript({ identity, tokens }: CloudScripts): string {
  return [PRELUDE, identity, tokens, REFRESH].join('\n');
}

/** The whole script of the container that asks a registry whether the identity may push. */
export function pushCheckScript({ identity, pushCheck }: CloudScripts): string {
  return [PRELUDE, identity, pushCheck, CHECK_PUSH].join('\n');
}
