/** What a member had when the group last confirmed its place, ms since 1970. It may name what does not exist, or what another has by now. */
export interface Claim {
  readonly owned: readonly number[];
  readonly confirmedAtMs: number;
}

export interface Member extends Claim {
  readonly id: string;
}

/**
 * Shares partitions among members: every partition once, no member more than one ahead of another, and of what is owned as much as that allows stays where it is,
 * since a partition that moves costs its new owner the reading of its state. Depends on its arguments only, not on their order.
 */
export function assignSticky(partitions: readonly number[], members: readonly Member[]): ReadonlyMap<string, readonly number[]> {
  const claimed = validClaims(partitions, members);
  const most = [...claimed].toSorted(([one, owned], [other, othersOwned]) => othersOwned.length - owned.length || (one < other ? -1 : 1));
  const share = Math.floor(partitions.length / members.length);
  const withOneMore = partitions.length % members.length;
  const quotas = new Map(most.map(([id], index) => [id, share + (index < withOneMore ? 1 : 0)]));
  const result = new Map([...claimed].map(([id, owned]) => [id, owned.slice(0, quotas.get(id) ?? 0)]));
  const kept = new Set([...result.values()].flat());
  const free = partitions.filter((partition) => !kept.has(partition)).toSorted((one, other) => one - other);
  for (const [id, assigned] of [...result].toSorted(([one, has], [other, othersHave]) => has.length - othersHave.length || (one < other ? -1 : 1))) assigned.push(...free.splice(0, (quotas.get(id) ?? 0) - assigned.length));
  return new Map([...result].map(([id, assigned]) => [id, assigned.toSorted((one, other) => one - other)]));
}

/** What two claim is whose claim is the newer: a process that slept still names what others have taken over since. */
function validClaims(partitions: readonly number[], members: readonly Member[]): ReadonlyMap<string, number[]> {
  const unclaimed = new Set(partitions);
  const newestFirst = members.toSorted((one, other) => other.confirmedAtMs - one.confirmedAtMs || (one.id < other.id ? -1 : 1));
  return new Map(newestFirst.map(({ id, owned }) => [id, owned.filter((partition) => unclaimed.delete(partition)).toSorted((one, other) => one - other)]));
}
