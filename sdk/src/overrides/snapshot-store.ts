import type { Snapshot, SnapshotRoute } from '@understudy/contracts/snapshot';
import { type Rejection, type RejectionReason, rejected } from './rejection.ts';

/** A lease lasts this long at most, ms, whatever the snapshot says. */
const MAX_LEASE_MS = 60_000;
/** How much older than its lease a snapshot may look: `Date` headers count in whole seconds. */
const AGE_TOLERANCE_MS = 2_000;

/** Which targets of a route an application may be sent to; undefined for a route it does not use, or whose primary it has not named yet. */
export type DeclaredTargets = (route: string) => ReadonlySet<string> | undefined;

interface InForce {
  readonly snapshot: Snapshot;
  readonly entries: ReadonlyMap<string, CurrentEntry>;
  readonly receivedMs: number;
  readonly expiresMs: number;
}

export type Offered = { readonly kind: 'accepted' | 'known' } | Rejection;

/** An entry in force, with the version it came with. */
export interface CurrentEntry {
  readonly entry: SnapshotRoute;
  readonly version: string;
}

/**
 * The one snapshot in force. Only a higher (epoch, version) replaces it or renews its lease, whichever way it came;
 * when the lease is over nothing is in force and the application's own order holds.
 */
export class SnapshotStore {
  #current: InForce | undefined;
  #highest: Version | undefined;
  readonly #declared: DeclaredTargets;
  #rejections = 0;
  #acceptances = 0;
  #last: Rejection | undefined;

  constructor(declared: DeclaredTargets) {
    this.#declared = declared;
  }

  /**
   * `ageMs`: how long ago the snapshot was issued by the sender's own clock. `startsAnew`: it comes from an evaluator that has lost its data and its key;
   * when nothing is in force any more, its versions count from there.
   */
  offer(snapshot: Snapshot, nowMs: number, ageMs: number, startsAnew = false): Offered {
    const isOver = this.#current === undefined || nowMs >= this.#current.expiresMs;
    const floor = startsAnew && isOver ? undefined : this.#highest;
    // The stream and the polls bring the same snapshot; that is no attack, and renews nothing.
    if (floor !== undefined && snapshot.epoch === floor.epoch && snapshot.version === floor.version) return { kind: 'known' };
    const rejection = this.#whyNot(snapshot, ageMs, floor);
    if (rejection !== undefined) return this.reject(rejection);
    const version = versionText(snapshot);
    const entries = new Map(Object.entries(snapshot.routes).map(([route, entry]) => [route, { entry, version }]));
    this.#current = { snapshot, entries, receivedMs: nowMs, expiresMs: nowMs + Math.min(snapshot.ttlMs, MAX_LEASE_MS) };
    this.#highest = { epoch: snapshot.epoch, version: snapshot.version };
    this.#acceptances += 1;
    return { kind: 'accepted' };
  }

  reject(rejection: Rejection): Rejection {
    this.#rejections += 1;
    this.#last = rejection;
    return rejection;
  }

  entry(route: string, nowMs: number): CurrentEntry | undefined {
    const current = this.#current;
    if (current === undefined || nowMs >= current.expiresMs) return undefined;
    return current.entries.get(route);
  }

  /** After the application has declared more: what it did not allow for may be in force already. */
  recheck(): void {
    const snapshot = this.#current?.snapshot;
    if (snapshot === undefined) return;
    const rejection = this.#undeclared(snapshot);
    if (rejection === undefined) return;
    this.reject(rejection);
    this.#current = undefined;
  }

  status(nowMs: number): SnapshotStatus {
    const current = this.#current;
    const lease = current === undefined ? 0 : current.expiresMs - nowMs;
    return {
      state: current === undefined ? 'none' : lease > 0 ? 'in-force' : 'expired',
      ...(current === undefined ? {} : { epoch: current.snapshot.epoch, version: current.snapshot.version, receivedAgoMs: nowMs - current.receivedMs, leaseRemainingMs: Math.max(0, lease) }),
      accepted: this.#acceptances,
      rejected: this.#rejections,
      ...(this.#last === undefined ? {} : { lastRejection: { reason: this.#last.reason, detail: this.#last.detail } }),
    };
  }

  #whyNot(snapshot: Snapshot, ageMs: number, floor: Version | undefined): Rejection | undefined {
    if (floor !== undefined && !isHigher(snapshot, floor)) return rejected('old-version', `${versionText(snapshot)} is not above ${versionText(floor)}`);
    if (ageMs > snapshot.ttlMs + AGE_TOLERANCE_MS) return rejected('expired', `issued ${Math.round(ageMs / 1_000)} s ago for ${Math.round(snapshot.ttlMs / 1_000)} s`);
    return this.#undeclared(snapshot);
  }

  #undeclared(snapshot: Snapshot): Rejection | undefined {
    for (const [route, entry] of Object.entries(snapshot.routes)) {
      const declared = this.#declared(route);
      const stranger = declared === undefined ? undefined : entry.targets.find((target) => !declared.has(target.id));
      if (stranger !== undefined) return rejected('undeclared-target', `${stranger.id.slice(0, 200)} on ${route.slice(0, 200)}`);
    }
    return undefined;
  }
}

export interface SnapshotStatus {
  readonly state: 'none' | 'in-force' | 'expired';
  readonly epoch?: number;
  readonly version?: number;
  readonly receivedAgoMs?: number;
  readonly leaseRemainingMs?: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly lastRejection?: { readonly reason: RejectionReason; readonly detail: string };
}

type Version = Pick<Snapshot, 'epoch' | 'version'>;

function isHigher(left: Version, right: Version): boolean {
  return left.epoch !== right.epoch ? left.epoch > right.epoch : left.version > right.version;
}

function versionText({ epoch, version }: Version): string {
  return `${epoch}.${version}`;
}
