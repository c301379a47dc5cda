import type { Purpose, ServedReason } from '@understudy/contracts/attributes';
import type { SnapshotRoute, TargetShare } from '@understudy/contracts/snapshot';

/** Which targets to try, as positions in the app order, and why the first of them. */
export interface Plan {
  readonly order: readonly number[];
  readonly purpose: Purpose;
  readonly reason: ServedReason;
}

/** A slice of the draws from 0 to 100, up to and without `upTo`. */
export interface Slice extends Plan {
  readonly upTo: number;
}

const PURPOSE_ORDER = { serve: 0, standby: 1, probe: 2 } as const;

/**
 * Lays the shares of an entry out between 0 and 100 in the app order, the primary first: while its share shrinks and the
 * next one's grows, a conversation changes sides once at most. Undefined when the entry names a target that
 * this call cannot use: then it is not about this call.
 */
export function compileEntry(targets: readonly string[], entry: SnapshotRoute): readonly Slice[] | undefined {
  const shares = entry.targets.map((share) => ({ share, index: targets.indexOf(share.id) }));
  if (shares.some(({ index }) => index < 0)) return undefined;
  shares.sort((left, right) => left.index - right.index || PURPOSE_ORDER[left.share.purpose] - PURPOSE_ORDER[right.share.purpose]);
  const serving = shares.filter(({ share }) => share.purpose === 'serve').sort((left, right) => right.share.percent - left.share.percent).map(({ index }) => index);
  const slices: Slice[] = [];
  let upTo = 0;
  for (const { share, index } of shares) {
    if (share.percent === 0) continue;
    upTo += share.percent;
    slices.push({ upTo, order: orderFrom(index, serving, targets.length), purpose: share.purpose, reason: reasonOf(share, index) });
  }
  return slices;
}

/** The chosen one first; if it fails, whoever serves; then everybody else in the app order. */
function orderFrom(first: number, serving: readonly number[], count: number): number[] {
  return [...new Set([first, ...serving, ...Array.from({ length: count }, (_, index) => index)])];
}

function reasonOf(share: TargetShare, index: number): ServedReason {
  if (share.purpose !== 'serve') return share.purpose;
  return index === 0 ? 'app-order' : 'override';
}
