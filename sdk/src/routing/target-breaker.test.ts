import { describe, expect, it } from 'vitest';
import { RetryBucket } from './retry-bucket.ts';
import { TargetBreaker } from './target-breaker.ts';

/** Jitter that leaves the wait as it is. */
const EVEN = 0.5;

function tripped(atMs = 0): TargetBreaker {
  const breaker = new TargetBreaker();
  for (let failure = 0; failure < 5; failure += 1) breaker.fail(atMs, false, EVEN);
  return breaker;
}

describe('the breaker of a target', () => {
  it('opens on the fifth failure in a row', () => {
    const breaker = new TargetBreaker();
    for (let failure = 0; failure < 4; failure += 1) breaker.fail(0, false, EVEN);
    expect(breaker.phase(0)).toBe('closed');
    breaker.fail(0, false, EVEN);
    expect(breaker.phase(0)).toBe('open');
  });

  it('opens when half of at least 20 calls within 30 s fail', () => {
    const breaker = new TargetBreaker();
    for (let pair = 0; pair < 9; pair += 1) {
      breaker.succeed(pair * 1_000, false);
      breaker.fail(pair * 1_000, false, EVEN);
    }
    breaker.succeed(9_000, false);
    expect(breaker.phase(9_000)).toBe('closed');
    breaker.fail(9_000, false, EVEN);
    expect(breaker.phase(9_000)).toBe('open');
  });

  it('forgets what is older than 30 s', () => {
    const breaker = new TargetBreaker();
    for (let pair = 0; pair < 9; pair += 1) {
      breaker.fail(0, false, EVEN);
      breaker.succeed(0, false);
    }
    breaker.succeed(31_000, false);
    breaker.fail(31_000, false, EVEN);
    breaker.fail(31_000, false, EVEN);
    expect(breaker.phase(31_000)).toBe('closed');
  });

  it('lets one test through at a time after 5 s, and closes when it succeeds', () => {
    const breaker = tripped();
    expect(breaker.phase(4_999)).toBe('open');
    expect(breaker.phase(5_000)).toBe('half-open');
    expect(breaker.begin(5_000)).toBe(true);
    expect(breaker.phase(5_001)).toBe('open');
    expect(breaker.begin(5_001)).toBe(false);
    breaker.succeed(5_100, true);
    expect(breaker.phase(5_100)).toBe('closed');
  });

  it('waits twice as long after each failed test, up to a minute', () => {
    const breaker = tripped();
    let nowMs = 0;
    const waits: number[] = [];
    for (let test = 0; test < 6; test += 1) {
      const openedMs = nowMs;
      while (breaker.phase(nowMs) !== 'half-open') nowMs += 1_000;
      waits.push(nowMs - openedMs);
      breaker.fail(nowMs, breaker.begin(nowMs), EVEN);
    }
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('is free for another test when the first was given up by its caller', () => {
    const breaker = tripped();
    breaker.release(breaker.begin(5_000));
    expect(breaker.phase(5_000)).toBe('half-open');
  });

  it('does not close for the late success of a call that began before it opened', () => {
    const breaker = tripped();
    breaker.succeed(100, false);
    expect(breaker.phase(100)).toBe('open');
  });
});

describe('the retry bucket of a route', () => {
  it('gives ten retries, then one for ten successes', () => {
    const bucket = new RetryBucket();
    expect(Array.from({ length: 12 }, () => bucket.take()).filter(Boolean)).toHaveLength(10);
    for (let success = 0; success < 9; success += 1) bucket.earn();
    expect(bucket.take()).toBe(false);
    for (let success = 0; success < 2; success += 1) bucket.earn();
    expect(bucket.take()).toBe(true);
  });
});
