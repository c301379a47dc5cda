import type { SeededRandom } from 'understudy/src/demo/seeded-random.ts';
import type { InnerDeath } from '../support/fault-plan.ts';

/** One life of the evaluator, from its being ready to its SIGKILL. */
export interface Life {
  /** It dies by itself, at a moment that cannot be hit from outside; `lifeMs` is then only the latest end. */
  readonly death?: InnerDeath;
  readonly lifeMs: number;
  /** SIGSTOP for so long before the end. */
  readonly pauseMs?: number;
  /** SIGCONT after it, and so much more life: it finds its requests timed out and repeated. */
  readonly resumedMs?: number;
}

const LATEST_MS = 6_000;

export function drawLife(random: SeededRandom): Life {
  const kind = random.next();
  if (kind < 0.4) return { lifeMs: LATEST_MS, death: { kind: 'after-insert', table: 'calls', insert: random.between(1, 16) } };
  if (kind < 0.5) return { lifeMs: LATEST_MS, death: { kind: 'after-insert', table: 'decisions', insert: 1 } };
  if (kind < 0.65) return { lifeMs: LATEST_MS, death: { kind: 'during-insert', table: 'calls', insert: random.between(1, 16), afterMs: random.between(0, 6) } };
  if (kind < 0.85) return { lifeMs: random.between(0, 3_000) };
  if (kind < 0.95) return { lifeMs: random.between(500, 2_000), pauseMs: random.between(1_000, 4_000), resumedMs: random.between(200, 1_500) };
  return { lifeMs: random.between(500, 2_000), pauseMs: random.between(500, 2_500) };
}
