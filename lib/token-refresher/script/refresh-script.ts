import { PRELUDE } from './prelude-sh';
import { REFRESH } from './refresh-sh';
import { TokenCloud } from '../token-cloud';

/** The whole script of the container that asks a cloud for tokens. */
export function refreshScript({ script }: Pick<TokenCloud, 'script'>): string {
  return [PRELUDE, script, REFRESH].join('\n');
}
