import { createHash } from 'node:crypto';
import { ANCHORS, type AnchorVerdict } from './anchors.ts';
import { builtInRubric } from './rubric.ts';
import { type AnchorResult, type AnchorsBook, newAnchors } from './judge-state.ts';

/** Of 50: at a natural flip rate of 3 % so many come by chance once in 250 runs; a true rate of 15 % is seen at 78 %. */
const DRIFT_FLIPS = 6;
/** With fewer verdicts in common a run says nothing. */
const LEAST_COMPARED = 40;
/** However often they are asked for, unless the policy's own schedule is shorter. */
const LEAST_BETWEEN_MS = 2 * 60_000;
/** A judge that has drifted is looked at again: the provider may take the change back. */
const DRIFTED_AGAIN_MS = 3_600_000;
/** A run that brought too few verdicts is not repeated at once: it costs as much as a whole one. */
const UNFINISHED_AGAIN_MS = 30 * 60_000;
/** A run that takes longer compares what it has. */
const LONGEST_RUN_MS = 30 * 60_000;
const KEPT_IDENTITIES = 20;

/** Verdicts are compared under the same judge model and the same rubrics only. */
export function anchorsKey(model: string): string {
  const versions = [...new Set(ANCHORS.map(({ rubric }) => rubric))].map((rubric) => builtInRubric(rubric).version);
  return `${model}/${createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 12)}`;
}

export interface AnchorsNeed {
  readonly nowMs: number;
  readonly everyMs: number;
  /** true, or not known to be as ever since then: a decision is about to rest on the judge. */
  readonly wanted: boolean | number;
  /** When a call was last judged: while nothing is, the schedule rests. */
  readonly lastAskedAtMs: number;
}

/** Whether the anchors are to be judged now. */
export function anchorsDue(book: AnchorsBook, { nowMs, everyMs, wanted, lastAskedAtMs }: AnchorsNeed): boolean {
  const { last } = book;
  if (book.run !== undefined) return false;
  if (last === undefined) return lastAskedAtMs > 0 || isWanted(wanted, 0);
  const sinceMs = nowMs - last.atMs;
  if (sinceMs < Math.min(LEAST_BETWEEN_MS, everyMs)) return false;
  if (isWanted(wanted, last.atMs) || book.identityChanged) return true;
  if (last.result === 'unfinished') return sinceMs >= UNFINISHED_AGAIN_MS;
  // Nothing is drawn for a judge that has drifted: only the anchors can show that it is as ever again.
  if (last.result === 'drifted') return sinceMs >= Math.min(DRIFTED_AGAIN_MS, everyMs);
  return lastAskedAtMs > last.atMs && sinceMs >= everyMs;
}

function isWanted(wanted: boolean | number, lastAtMs: number): boolean {
  return typeof wanted === 'number' ? lastAtMs < wanted : wanted;
}

/** The book under a key: what was found under another one does not count. */
export function underKey(book: AnchorsBook, key: string): AnchorsBook {
  return book.key === key ? book : newAnchors(key);
}

export function beginRun({ unaffordable: _, ...book }: AnchorsBook, nowMs: number): AnchorsBook {
  return { ...book, identityChanged: false, run: { startedAtMs: nowMs, left: ANCHORS.map(({ id }) => id), verdicts: new Map(), identities: [] } };
}

/** The next anchor to ask about, taken off the list. */
export function takeAnchor(book: AnchorsBook): { readonly book: AnchorsBook; readonly id: string | undefined } {
  const [id, ...left] = book.run?.left ?? [];
  return { id, book: book.run === undefined || id === undefined ? book : { ...book, run: { ...book.run, left } } };
}

export function putBack(book: AnchorsBook, id: string): AnchorsBook {
  return book.run === undefined ? book : { ...book, run: { ...book.run, left: [...book.run.left, id] } };
}

export function noteVerdict(book: AnchorsBook, id: string, verdict: AnchorVerdict | undefined, identity: string | undefined): AnchorsBook {
  const { run } = book;
  if (run === undefined || verdict === undefined) return book;
  const identities = identity === undefined || run.identities.includes(identity) ? run.identities : [...run.identities, identity];
  return { ...book, run: { ...run, verdicts: new Map(run.verdicts).set(id, verdict), identities } };
}

/** Nothing is left to ask and nothing under way, or it takes too long. */
export function isRunOver({ run }: AnchorsBook, underWay: number, nowMs: number): boolean {
  return run !== undefined && ((run.left.length === 0 && underWay === 0) || nowMs - run.startedAtMs > LONGEST_RUN_MS);
}

/** Ends the run: the first one stores what the judge says, the later ones compare. */
export function endRun(book: AnchorsBook, nowMs: number): AnchorsBook {
  const { run, reference, ...rest } = book;
  if (run === undefined) return book;
  const flips = [...run.verdicts].filter(([id, verdict]) => reference.has(id) && reference.get(id) !== verdict).length;
  const compared = [...run.verdicts.keys()].filter((id) => reference.has(id)).length;
  const result = resultOf(run.verdicts.size, reference.size, compared, flips);
  const knownAs = [...rest.identities.filter((identity) => !run.identities.includes(identity)), ...run.identities].slice(-KEPT_IDENTITIES);
  const ended = { ...rest, reference, last: { atMs: nowMs, result, flips, compared } };
  if (result === 'unfinished') return ended;
  if (result === 'drifted') return { ...ended, driftedAtMs: nowMs, identities: knownAs, identityChanged: false };
  return { ...ended, identities: knownAs, passedAtMs: nowMs, reference: result === 'stored' ? run.verdicts : reference };
}

function resultOf(verdicts: number, references: number, compared: number, flips: number): AnchorResult {
  if (verdicts < LEAST_COMPARED) return 'unfinished';
  if (references === 0) return 'stored';
  if (compared < LEAST_COMPARED) return 'unfinished';
  return flips >= DRIFT_FLIPS ? 'drifted' : 'passed';
}

/** A drift stays until the anchors are judged as ever: a later run that did not end says nothing. */
export function hasDrifted(book: AnchorsBook): boolean {
  const { passedAtMs = 0, driftedAtMs = 0 } = book;
  return driftedAtMs > passedAtMs;
}

/** The judge answers as somebody else than those who passed. */
export function noteIdentity(book: AnchorsBook, identity: string): AnchorsBook {
  if (book.identityChanged || book.reference.size === 0 || book.identities.length === 0 || book.identities.includes(identity)) return book;
  return { ...book, identityChanged: true };
}
