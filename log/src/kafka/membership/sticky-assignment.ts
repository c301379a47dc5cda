/** What a member had when the group last confirmed its place, ms since 1970. It may name what does not exist, or what another has by now. */
export interface Claim {
  readonly owned: readonly number[];
  readonly confirmedAtMs: number;
  /** Which process asks, and how often it has asked by a consumer made anew. */
  readonly process: string;
  readonly attempt: number;
}

export interface Member extends Claim {
  readonly id: string;
}

/**
 * Shares partitions among members: every partition once, no member more than one ahead of another, and of what is owned as much as that allows stays where it is,
 * since a partition that moves costs its new owner the reading of its state. Who was away while another had everything gets back what it had, as far as its share goes:
 * its state is the newest that it has. A member that its own process has given up for a newer one gets nothing: until the coordinator misses it, nobody would serve its
 * share. Depends on its arguments only, not on their order.
 */
export function assignSticky(partitions: readonly number[], members: readonly Member[]): ReadonlyMap<string, readonly number[]> {
  const living = members.filter((member) => !members.some((other) => other.process === member.process && other.attempt > member.attempt));
  const ghosts = members.filter((member) => !living.includes(member));
  return new Map([...assignLiving(partitions, living), ...ghosts.map(({ id }): [string, readonly number[]] => [id, []])]);
}

function assignLiving(partitions: readonly number[], members: readonly Member[]): ReadonlyMap<string, readonly number[]> {
  const newestFirst = members.toSorted((one, other) => other.confirmedAtMs - one.confirmedAtMs || (one.id < other.id ? -1 : 1));
  const claimed = validClaims(partitions, newestFirst);
  const quotas = quotasOf(partitions.length, claimed);
  const wanted = new Set(newestFirst.flatMap(({ id, owned }) => owned.filter((partition) => claimed.get(id)?.includes(partition) === false)));
  // What another had before goes first when a member has too much.
  const result = new Map([...claimed].map(([id, owned]) => [id, owned.toSorted((one, other) => Number(wanted.has(one)) - Number(wanted.has(other)) || one - other).slice(0, quotas.get(id) ?? 0)]));
  const kept = new Set([...result.values()].flat());
  const free = new Set(partitions.filter((partition) => !kept.has(partition)).toSorted((one, other) => one - other));
  for (const { id, owned } of newestFirst) take(free, result.get(id) ?? [], quotas.get(id) ?? 0, (partition) => owned.includes(partition));
  for (const [id, assigned] of fewestFirst(result)) take(free, assigned, quotas.get(id) ?? 0, () => true);
  return new Map([...result].map(([id, assigned]) => [id, assigned.toSorted((one, other) => one - other)]));
}

/** What two claim is whose claim is the newer: a process that slept still names what others have taken over since. */
function validClaims(partitions: readonly number[], newestFirst: readonly Member[]): ReadonlyMap<string, number[]> {
  const unclaimed = new Set(partitions);
  return new Map(newestFirst.map(({ id, owned }) => [id, owned.filter((partition) => unclaimed.delete(partition)).toSorted((one, other) => one - other)]));
}

/** Equal shares; who has most gets one of those that are left over. */
function quotasOf(partitions: number, claimed: ReadonlyMap<string, readonly number[]>): ReadonlyMap<string, number> {
  const most = [...claimed].toSorted(([one, owned], [other, othersOwned]) => othersOwned.length - owned.length || (one < other ? -1 : 1));
  const share = Math.floor(partitions / claimed.size);
  const withOneMore = partitions % claimed.size;
  return new Map(most.map(([id], index) => [id, share + (index < withOneMore ? 1 : 0)]));
}

function fewestFirst(result: ReadonlyMap<string, number[]>): [string, number[]][] {
  return [...result].toSorted(([one, has], [other, othersHave]) => has.length - othersHave.length || (one < other ? -1 : 1));
}

/** Moves free partitions to a member, the lowest first, until it has its share. */
function take(free: Set<number>, assigned: number[], quota: number, wants: (partition: number) => boolean): void {
  for (const partition of [...free]) {
    if (assigned.length >= quota) return;
    if (!wants(partition)) continue;
    free.delete(partition);
    assigned.push(partition);
  }
}
