/** What one knows of its own place in a group. Times in ms, all of one clock. */
export interface Place {
  /** As the group last assigned them; undefined before the first time. */
  readonly assigned: readonly number[] | undefined;
  /** When the group last answered. */
  readonly contactAtMs: number;
  /** When the consumer began that is asking for the place now. */
  readonly attemptAtMs: number;
  /** True: has asked to join, and waits for all others to do so. */
  readonly joining: boolean;
  /** True: was silent for so long that the group has given it up, or soon will. */
  readonly lost: boolean;
}

export type GroupEvent =
  | { readonly kind: 'joined'; readonly partitions: readonly number[] }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'rebalancing' }
  /** A consumer was made anew. */
  | { readonly kind: 'attempt' }
  | { readonly kind: 'tick' };

export interface GroupTimes {
  /** A member that is silent for so long is put out by the coordinator. */
  readonly sessionTimeoutMs: number;
  /** So long the coordinator waits for members to join anew. */
  readonly rebalanceTimeoutMs: number;
}

export interface Advance {
  readonly place: Place;
  /** What to report, in this order. */
  readonly reports: readonly (readonly number[])[];
}

export function newPlace(nowMs: number): Place {
  return { assigned: undefined, contactAtMs: nowMs, attemptAtMs: nowMs, joining: true, lost: false };
}

/**
 * Who was silent for a session is put out of the group, and others have its partitions: it reports none, since all that it would still do is fenced. That comes before
 * anything else, so that a process that was stopped for a while hears of its loss before it hears of partitions again. Where the
 * coordinator then still confirms its place, nobody had them in between: they are reported again.
 */
export function advance(place: Place, event: GroupEvent, nowMs: number, times: GroupTimes): Advance {
  const losing = !place.lost && place.assigned !== undefined && isSilent(place, nowMs, times);
  const reports = losing && place.assigned?.length !== 0 ? [[]] : [];
  const current = losing ? { ...place, lost: true } : place;
  switch (event.kind) {
    case 'joined':
      return { place: { ...place, assigned: event.partitions, contactAtMs: nowMs, joining: false, lost: false }, reports: [...reports, event.partitions] };
    case 'heartbeat':
      return { place: { ...current, contactAtMs: nowMs, lost: false }, reports: current.lost && current.assigned !== undefined ? [...reports, current.assigned] : reports };
    case 'rebalancing':
      return { place: { ...current, contactAtMs: nowMs, joining: true }, reports };
    case 'attempt':
      return { place: { ...current, attemptAtMs: nowMs }, reports };
    case 'tick':
      return { place: current, reports };
  }
}

export function isMember(place: Place, nowMs: number, times: GroupTimes): boolean {
  return place.assigned !== undefined && !place.lost && !isSilent(place, nowMs, times);
}

/** Nothing failed and nothing was acknowledged: a connection that died without a word. Waiting does not mend it. */
export function isStuck(place: Place, nowMs: number, times: GroupTimes): boolean {
  if (place.attemptAtMs > place.contactAtMs) return nowMs - place.attemptAtMs > 2 * times.rebalanceTimeoutMs;
  return nowMs - place.contactAtMs > 2 * patienceMs(place, times);
}

function isSilent(place: Place, nowMs: number, times: GroupTimes): boolean {
  return nowMs - place.contactAtMs > patienceMs(place, times);
}

/** While a group is made up anew nobody is put out for being silent, and the coordinator answers when all have joined. */
function patienceMs(place: Place, times: GroupTimes): number {
  return place.joining ? times.rebalanceTimeoutMs : times.sessionTimeoutMs;
}
