import type { SnapshotRoute } from '@understudy/contracts/snapshot';
import { compileEntry, type Plan, type Slice } from './compile-entry.ts';
import type { TargetBreaker } from './target-breaker.ts';

/** The targets of a call in app order, with what routing needs of them worked out once. */
export class TargetList<Target extends { readonly id: string }> {
  readonly targets: readonly Target[];
  readonly ids: readonly string[];
  readonly appOrder: Plan;
  readonly breakers: readonly TargetBreaker[];
  #laidOut: { readonly entry: SnapshotRoute; readonly slices: readonly Slice[] | undefined } | undefined;

  constructor(targets: readonly Target[], breakerOf: (id: string) => TargetBreaker) {
    this.targets = targets;
    this.ids = targets.map((target) => target.id);
    this.appOrder = { order: targets.map((_, index) => index), purpose: 'serve', reason: 'app-order' };
    this.breakers = this.ids.map(breakerOf);
  }

  /** The entry laid out for these targets; undefined when it is not about them. */
  slicesOf(entry: SnapshotRoute): readonly Slice[] | undefined {
    if (this.#laidOut?.entry !== entry) this.#laidOut = { entry, slices: compileEntry(this.ids, entry) };
    return this.#laidOut.slices;
  }
}
