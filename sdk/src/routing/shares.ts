import { unitHash } from '@understudy/contracts/hash32';

/**
 * Where a conversation stands between 0 and 100, for ever: salted with the route and nothing else, so that
 * a share that grows keeps everybody who is in it already.
 */
export function conversationDraw(routeSeed: number, conversationId: string): number {
  return unitHash(conversationId, routeSeed) * 100;
}
