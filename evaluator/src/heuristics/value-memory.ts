import { jsonAnswer } from './json-answer.ts';
import { leafValues } from './leaf-values.ts';

/** Series (project, route, target) that are remembered; the oldest is forgotten first. */
const MAX_SERIES = 10_000;

/**
 * The values of the last JSON answer of each series, until the next one is compared with it: 1st with 2nd, 3rd with 4th, and so on. Pairs do not overlap, so that their
 * shares are independent of each other, as the tests of `value_share` suppose. In the memory of one process: after a restart the next answer is a first one again.
 */
export class ValueMemory {
  readonly #first = new Map<string, ReadonlyMap<string, string>>();

  /** The values to compare this answer with; undefined when it is the first of its pair, or no JSON object. */
  pairWith(series: string, text: string): ReadonlyMap<string, string> | undefined {
    const value = jsonAnswer(text)?.value;
    if (value === undefined || Array.isArray(value)) return undefined;
    const first = this.#first.get(series);
    if (first !== undefined) {
      this.#first.delete(series);
      return first;
    }
    if (this.#first.size >= MAX_SERIES) this.#forgetOldest();
    this.#first.set(series, leafValues(value));
    return undefined;
  }

  #forgetOldest(): void {
    const oldest = this.#first.keys().next();
    if (!oldest.done) this.#first.delete(oldest.value);
  }
}
