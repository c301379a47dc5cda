import fc from 'fast-check';

export interface Damage {
  readonly flips: readonly { readonly at: number; readonly to: number }[];
  readonly cut: number;
}

/** Some bytes changed, and in every third case some cut off the end. */
export const damages: fc.Arbitrary<Damage> = fc.record({
  flips: fc.array(fc.record({ at: fc.nat(), to: fc.nat(255) }), { minLength: 1, maxLength: 8 }),
  cut: fc.oneof(fc.constant(0), fc.constant(0), fc.nat()),
});

export function damaged(bytes: Uint8Array, damage: Damage): Buffer {
  const copy = Buffer.from(bytes);
  for (const { at, to } of damage.flips) if (copy.length > 0) copy[at % copy.length] = to;
  return copy.subarray(0, copy.length - (damage.cut % (copy.length + 1)));
}

/** What it returns, or the error when it is one of these classes. */
export function outcomeOf<T>(action: () => T, ...expected: readonly (new (...args: never[]) => Error)[]): T | Error {
  try {
    return action();
  } catch (error) {
    const known = expected.find((each) => error instanceof each);
    if (known === undefined) throw error;
    return error as Error;
  }
}
