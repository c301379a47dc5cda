import type { StoredState } from '@understudy/log/event-log';
import { initialJudgeState, type JudgeState, type RouteBook } from './judge-state.ts';

const BOOK = 'book';
const HEALTH = 'health';
const ANCHORS = 'anchors';
const ROUTE = 'route:';

/** The judge's state as entries of the log, so that a turn writes what it changed and no more. */
export function decodeJudgeState(stored: StoredState): JudgeState {
  const { entries, nextOffset } = stored;
  const state = initialJudgeState(nextOffset);
  const book = jsonOf(entries.get(BOOK));
  if (book !== undefined) Object.assign(state, book);
  state.health = jsonOf(entries.get(HEALTH)) ?? state.health;
  const anchors = jsonOf(entries.get(ANCHORS));
  if (anchors !== undefined) state.anchors = { ...anchors, reference: new Map(anchors.reference), ...(anchors.run === undefined ? {} : { run: { ...anchors.run, verdicts: new Map(anchors.run.verdicts) } }) };
  for (const [key, value] of entries) if (key.startsWith(ROUTE)) state.routes.set(key.slice(ROUTE.length), jsonOf(value) as RouteBook);
  return state;
}

/** Writes down what differs from what was written before. */
export class JudgeStateWriter {
  readonly #written = new Map<string, string>();
  /** Books are replaced, never changed: the same object needs no second look. */
  readonly #routes = new Map<string, RouteBook>();

  constructor(stored: StoredState) {
    for (const [key, value] of stored.entries) this.#written.set(key, Buffer.from(value).toString('utf8'));
  }

  changes(state: JudgeState): Map<string, Uint8Array | undefined> {
    const changed = new Map<string, Uint8Array | undefined>();
    const { cursor, waiting, reserved, nextNumber, lastAskedAtMs, day, health, anchors, routes } = state;
    this.#note(changed, BOOK, { cursor, waiting, reserved, nextNumber, lastAskedAtMs, day });
    this.#note(changed, HEALTH, health);
    this.#note(changed, ANCHORS, { ...anchors, reference: [...anchors.reference], ...(anchors.run === undefined ? {} : { run: { ...anchors.run, verdicts: [...anchors.run.verdicts] } }) });
    for (const [route, book] of routes) {
      if (this.#routes.get(route) !== book) this.#note(changed, `${ROUTE}${route}`, book);
      this.#routes.set(route, book);
    }
    for (const key of this.#written.keys()) if (key.startsWith(ROUTE) && !routes.has(key.slice(ROUTE.length))) this.#remove(changed, key);
    return changed;
  }

  #note(changed: Map<string, Uint8Array | undefined>, key: string, value: unknown): void {
    const text = JSON.stringify(value);
    if (this.#written.get(key) === text) return;
    this.#written.set(key, text);
    changed.set(key, Buffer.from(text));
  }

  #remove(changed: Map<string, Uint8Array | undefined>, key: string): void {
    this.#written.delete(key);
    this.#routes.delete(key.slice(ROUTE.length));
    changed.set(key, undefined);
  }
}

function jsonOf(bytes: Uint8Array | undefined) {
  return bytes === undefined ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
}
