import { describe, expect, it } from 'vitest';
import { COUNTED_VOTES, FORGOTTEN_MS, MOST_OF_THEM, mayVote, type Vote, VOTE_WINDOW_MS, voterOf, withVote } from './session-votes.ts';

const T0 = Date.UTC(2026, 5, 1);

describe('the votes of a conversation', () => {
  it('are one in ten minutes', () => {
    const votes = withVote([], 'a', T0);
    expect(mayVote(votes, 'a', T0 + VOTE_WINDOW_MS - 1)).toBe(false);
    expect(mayVote(votes, 'b', T0 + 1)).toBe(true);
    expect(mayVote(votes, 'a', T0 + VOTE_WINDOW_MS)).toBe(true);
  });

  it('are at most 5 % of the last 200 of the route', () => {
    let votes: readonly Vote[] = [];
    let own = 0;
    for (let step = 0; step < 400; step++) {
      const atMs = T0 + step * 60_000;
      if (mayVote(votes, 'loud', atMs)) votes = withVote(votes, 'loud', atMs);
      votes = withVote(votes, `other${step}`, atMs);
      own = Math.max(own, votes.slice(-COUNTED_VOTES).filter(([who]) => who === 'loud').length);
    }
    expect(own).toBe(MOST_OF_THEM);
  });

  it('of the only conversation of a route begin anew after a day', () => {
    let votes: readonly Vote[] = [];
    for (let vote = 0; vote < MOST_OF_THEM; vote++) votes = withVote(votes, 'only', T0 + vote * VOTE_WINDOW_MS);
    const lastMs = T0 + MOST_OF_THEM * VOTE_WINDOW_MS;
    expect(mayVote(votes, 'only', lastMs)).toBe(false);
    expect(mayVote(votes, 'only', lastMs + FORGOTTEN_MS)).toBe(true);
  });

  it('are bounded however busy the route is', () => {
    let votes: readonly Vote[] = [];
    for (let vote = 0; vote < 3_000; vote++) votes = withVote(votes, `c${vote}`, T0 + vote);
    expect(votes.length).toBe(2_000);
    expect(withVote(votes, 'later', T0 + VOTE_WINDOW_MS + 3_000)).toHaveLength(COUNTED_VOTES);
  });

  it('do not keep its name, and nobody is capped who has none', () => {
    expect(voterOf('conversation-of-ann')).toMatch(/^[0-9a-f]{12}$/);
    expect(voterOf('')).toBeUndefined();
  });
});
