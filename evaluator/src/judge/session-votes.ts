import { createHash } from 'node:crypto';

/** Whose answer was judged, and when (ms since 1970). The conversation's own name is not kept. */
export type Vote = readonly [who: string, atMs: number];

/** One vote a conversation in this time: who talks a lot does not decide about a route. */
export const VOTE_WINDOW_MS = 10 * 60_000;
/** Of so many votes of a route a conversation has at most `MOST_OF_THEM` (5 %). */
export const COUNTED_VOTES = 200;
export const MOST_OF_THEM = 10;
/** Votes that are older do not count: a route with a single conversation would never be judged again. */
export const FORGOTTEN_MS = 24 * 3_600_000;
/** Bound of what is kept of a route that has more than `COUNTED_VOTES` in the window. */
const MOST_KEPT = 2_000;
/** Letters of the hash: 48 bits, of at most 2,000 conversations. */
const HASH_LETTERS = 12;

/** Undefined where the sender does not say whose words they are: then nothing can be capped. */
export function voterOf(conversationId: string): string | undefined {
  return conversationId === '' ? undefined : createHash('sha256').update(conversationId).digest('hex').slice(0, HASH_LETTERS);
}

export function mayVote(votes: readonly Vote[], who: string, nowMs: number): boolean {
  const own = votes.filter(([voter, atMs]) => voter === who && nowMs - atMs < FORGOTTEN_MS);
  if (own.some(([, atMs]) => nowMs - atMs < VOTE_WINDOW_MS)) return false;
  return votes.slice(-COUNTED_VOTES).filter(([voter, atMs]) => voter === who && nowMs - atMs < FORGOTTEN_MS).length < MOST_OF_THEM;
}

/** The votes with one more, without those that no longer matter. */
export function withVote(votes: readonly Vote[], who: string, nowMs: number): Vote[] {
  const all: Vote[] = [...votes, [who, nowMs]];
  const first = all.length - COUNTED_VOTES;
  return all.filter(([, atMs], index) => nowMs - atMs < FORGOTTEN_MS && (index >= first || nowMs - atMs < VOTE_WINDOW_MS)).slice(-MOST_KEPT);
}
