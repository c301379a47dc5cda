import { hash32 } from '@understudy/contracts/hash32';
import type { Ports } from '../clock.ts';
import type { CurrentEntry } from '../overrides/snapshot-store.ts';
import type { Plan } from './compile-entry.ts';
import { planCall } from './plan.ts';
import { RetryBucket } from './retry-bucket.ts';
import { conversationDraw } from './shares.ts';
import { TargetBreaker } from './target-breaker.ts';
import type { TargetList } from './target-list.ts';

export interface RoutedPlan {
  readonly plan: Plan;
  /** `EPOCH.VERSION` of the entry that this plan follows. */
  readonly overrideVersion: string | undefined;
}

/** What routing sees of overrides. */
export interface Overrides {
  readonly entry: (route: string, nowMs: number) => CurrentEntry | undefined;
  /** After the application has declared more. */
  readonly recheck: () => void;
}

/** One route of this application: what it has declared, and what this process has learnt about its targets. */
export class Route {
  readonly name: string;
  readonly bucket = new RetryBucket();
  readonly declared = new Set<string>();
  /** Whether a primary is known. Until then an override of this route cannot be checked, and none is followed. */
  hasPrimary = false;
  readonly #breakers = new Map<string, TargetBreaker>();
  readonly #seed: number;
  readonly #overrides: Overrides;
  readonly #forced: string | undefined;
  readonly #ports: Ports;

  constructor(name: string, overrides: Overrides, forced: string | undefined, ports: Ports) {
    this.name = name;
    this.#seed = hash32(name);
    this.#overrides = overrides;
    this.#forced = forced;
    this.#ports = ports;
  }

  /** Adds targets to what overrides may name; `primary` completes the declaration. */
  declare(ids: readonly string[], primary: boolean): void {
    const before = this.declared.size;
    for (const id of ids) this.declared.add(id);
    const changed = this.declared.size > before || (primary && !this.hasPrimary);
    if (primary) this.hasPrimary = true;
    if (changed) this.#overrides.recheck();
  }

  breakerOf(id: string): TargetBreaker {
    let breaker = this.#breakers.get(id);
    if (breaker === undefined) {
      breaker = new TargetBreaker();
      this.#breakers.set(id, breaker);
    }
    return breaker;
  }

  plan<Target extends { readonly id: string }>(list: TargetList<Target>, conversationId: string | undefined): RoutedPlan {
    const nowMs = this.#ports.clock.monotonicMs();
    const current = this.#overrides.entry(this.name, nowMs);
    const slices = current === undefined ? undefined : list.slicesOf(current.entry);
    const forced = this.#forced === undefined ? -1 : list.ids.indexOf(this.#forced);
    const plan = planCall({
      appOrder: list.appOrder, slices,
      draw: conversationId === undefined ? this.#ports.random() * 100 : conversationDraw(this.#seed, conversationId),
      forced: forced < 0 ? undefined : forced,
      anyBreakerOpen: list.breakers.some(isTripped),
      phaseOf: (index) => list.breakers[index]?.phase(nowMs) ?? 'closed',
    });
    return { plan, overrideVersion: slices === undefined ? undefined : current?.version };
  }

  status(nowMs: number): RouteStatus {
    return { route: this.name, targets: [...this.declared].map((id) => ({ id, breaker: this.#breakers.get(id)?.phase(nowMs) ?? 'closed' })), override: this.#overrides.entry(this.name, nowMs)?.entry };
  }
}

export interface RouteStatus {
  readonly route: string;
  readonly targets: readonly { readonly id: string; readonly breaker: 'closed' | 'half-open' | 'open' }[];
  /** The entry in force, as published. */
  readonly override: unknown;
}

function isTripped(breaker: TargetBreaker): boolean {
  return breaker.isTripped;
}
