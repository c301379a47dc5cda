import type { Sampling } from '@understudy/contracts/evidence';
import type { JudgeObservation } from './judge-monitor.ts';

/**
 * The calls of a target in the order in which they came, although verdicts on the drawn ones come later and many at once. The tests of `judge-monitor.ts` need it:
 * a call that was not drawn speaks for health (a plain one did not fail as far as anybody knows), so the drawn ones alone, one after the other, look like a change.
 * Measured at A = 1e5 with verdicts that come together every 500 calls: fed as they arrive, the mean time to a false alarm is 1,150 calls; in order it is above 1e5.
 *
 * Plain data: it survives JSON.
 */
export interface JudgedInOrder {
  /** The first one is a drawn call without a verdict yet; empty while there is none. */
  waiting: Waiting[];
}

interface Drawn {
  readonly id: string;
  readonly flagged: boolean;
  readonly sampling: Sampling;
  /** Undefined while it is waited for, null when there will be none. */
  badness?: number | null;
}

/** Calls in a row that were not drawn and are alike. */
interface Run {
  readonly flagged: boolean;
  readonly sampling: Sampling;
  calls: number;
}

type Waiting = Drawn | Run;
type Feed = (observation: JudgeObservation) => void;

/** Drawn calls that are waited for: beyond it the oldest one counts as one without a verdict, which makes the tests slower and no alarm sooner. */
const MOST_WAITING = 200;
/** With the runs between them: the state holds all of it. */
const MOST_ENTRIES = 2_000;

export function newJudgedInOrder(): JudgedInOrder {
  return { waiting: [] };
}

/** A call that was not drawn. It is fed at once when nothing before it is waited for. */
export function noteUndrawn(order: JudgedInOrder, flagged: boolean, sampling: Sampling, feed: Feed): void {
  const last = order.waiting.at(-1);
  if (last === undefined) feed({ flagged, sampling, badness: undefined });
  else if ('calls' in last && last.flagged === flagged && isSame(last.sampling, sampling)) last.calls += 1;
  else order.waiting.push({ flagged, sampling, calls: 1 });
  giveUpOldest(order, feed);
}

/** A call that was drawn: what comes after it waits for its verdict. */
export function noteDrawn(order: JudgedInOrder, id: string, flagged: boolean, sampling: Sampling, feed: Feed): void {
  order.waiting.push({ id, flagged, sampling });
  giveUpOldest(order, feed);
}

/** The oldest call that is waited for counts as one without a verdict, when too many wait. */
function giveUpOldest(order: JudgedInOrder, feed: Feed): void {
  const { waiting } = order;
  const [oldest] = waiting;
  if (oldest === undefined || !('id' in oldest)) return;
  if (waiting.length <= MOST_ENTRIES && (waiting.length <= MOST_WAITING || waiting.filter((one) => 'id' in one).length <= MOST_WAITING)) return;
  oldest.badness = oldest.badness ?? null;
  feedFront(order, feed);
}

/** What became of a drawn call; undefined: it has no verdict. A call that is not waited for any more changes nothing. */
export function settleDrawn(order: JudgedInOrder, id: string, badness: number | undefined, feed: Feed): void {
  const drawn = order.waiting.find((one) => 'id' in one && one.id === id);
  if (drawn === undefined || !('id' in drawn)) return;
  drawn.badness = badness ?? null;
  feedFront(order, feed);
}

/** All that is known up to the next call that is waited for. */
function feedFront({ waiting }: JudgedInOrder, feed: Feed): void {
  let known = 0;
  for (const one of waiting) {
    if ('id' in one && one.badness === undefined) break;
    known += 1;
    feedOne(one, feed);
  }
  waiting.splice(0, known);
}

function feedOne(one: Waiting, feed: Feed): void {
  const { flagged, sampling } = one;
  if ('calls' in one) for (let call = 0; call < one.calls; call++) feed({ flagged, sampling, badness: undefined });
  else if (typeof one.badness === 'number') feed({ flagged, sampling, badness: one.badness });
}

function isSame(one: Sampling, other: Sampling): boolean {
  return one.flagged === other.flagged && one.plain === other.plain;
}
