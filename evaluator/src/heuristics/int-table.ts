/** Numbers up to which a table is sparse. */
const MOST_SPARSE = 1_000;

/** Whole numbers with a value each, for words that are looked up once a token: a third of the time of a Map. Numbers are hashes: their upper bits say where they stand. */
export class IntTable {
  /** 0: free. */
  readonly #keys: Int32Array;
  readonly #values: Float64Array;
  readonly #shift: number;

  /** Zero is no key: hashes that are 0 are left out. */
  constructor(entries: Iterable<readonly [key: number, value: number]>) {
    const all = [...entries];
    // Small tables are at most a sixteenth full, so that what is not in one is told at the first look; large ones a quarter, so that they stay in the cache.
    const room = all.length < MOST_SPARSE ? 16 : 4;
    const bits = Math.max(4, Math.ceil(Math.log2(all.length * room)));
    this.#shift = 32 - bits;
    this.#keys = new Int32Array(1 << bits);
    this.#values = new Float64Array(1 << bits);
    for (const [key, value] of all) {
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#values[slot] = value;
    }
  }

  /** Numbers without values. */
  static of(keys: Iterable<number>): IntTable {
    return new IntTable(Array.from(keys, (key) => [key, 1]));
  }

  /** All with their values. */
  *entries(): Generator<readonly [key: number, value: number]> {
    for (const [slot, key] of this.#keys.entries()) if (key !== 0) yield [key, this.#values[slot] as number];
  }

  /** Its value; 0 where it has none. */
  get(key: number): number {
    return this.#values[this.#slotOf(key)] as number;
  }

  has(key: number): boolean {
    return key !== 0 && this.#keys[this.#slotOf(key)] === key;
  }

  #slotOf(key: number): number {
    const keys = this.#keys;
    let slot = Math.imul(key, 0x9e3779b1) >>> this.#shift;
    while (keys[slot] !== 0 && keys[slot] !== key) slot = (slot + 1) & (keys.length - 1);
    return slot;
  }
}
