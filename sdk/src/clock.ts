/** The time sources of the SDK; tests pass their own. */
export interface Clock {
  /** Milliseconds that only go forward; leases, deadlines and breakers are measured with it. */
  monotonicMs(): number;
  /** Milliseconds since 1970; only for the times on spans and for a control plane that sends no `Date`. */
  wallMs(): number;
}

export const SYSTEM_CLOCK: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
};

/** What the decisions must not fetch for themselves. */
export interface Ports {
  readonly clock: Clock;
  /** 0 ≤ random() < 1. */
  readonly random: () => number;
  readonly newId: () => string;
}

export const SYSTEM_PORTS: Ports = { clock: SYSTEM_CLOCK, random: Math.random, newId: () => crypto.randomUUID() };
