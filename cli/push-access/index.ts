export { askPushAccess } from './ask';
export { describePushAccess } from './describe';
export type { NotReachable, PushAccess, PushAccessQuestion, UnexpectedAnswer, UnreachableCause } from './push-access';
