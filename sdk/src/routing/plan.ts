import type { Plan, Slice } from './compile-entry.ts';

export type BreakerPhase = 'closed' | 'half-open' | 'open';

/** Everything a routing decision is made from. */
export interface RoutingInput {
  /** The order without any override. */
  readonly appOrder: Plan;
  /** The entry in force, laid out; undefined: app order. */
  readonly slices: readonly Slice[] | undefined;
  /** 0 ≤ draw < 100: the conversation's place, or random for a call without one. */
  readonly draw: number;
  /** Target that the local kill switch forces. */
  readonly forced: number | undefined;
  /** False: every local breaker is closed, the usual case. */
  readonly anyBreakerOpen: boolean;
  readonly phaseOf: (index: number) => BreakerPhase;
}

/** Local kill switch, then local breaker (a probe passes it), then override, then app order. */
export function planCall(input: RoutingInput): Plan {
  if (input.forced !== undefined) return forcedPlan(input.appOrder, input.forced);
  const wanted = input.slices === undefined ? input.appOrder : sliceAt(input.slices, input.draw) ?? input.appOrder;
  return input.anyBreakerOpen ? withoutOpen(wanted, input.phaseOf) : wanted;
}

function forcedPlan(appOrder: Plan, forced: number): Plan {
  return { order: [forced, ...appOrder.order.filter((index) => index !== forced)], purpose: 'serve', reason: 'kill-switch' };
}

function sliceAt(slices: readonly Slice[], draw: number): Plan | undefined {
  for (const slice of slices) if (draw < slice.upTo) return slice;
  return slices.at(-1);
}

/** Leaves out the targets whose breaker is open. With all of them open breakers know nothing useful: they are passed by. */
function withoutOpen(wanted: Plan, phaseOf: (index: number) => BreakerPhase): Plan {
  const order = wanted.order.filter((index, position) => (position === 0 && wanted.purpose === 'probe') || phaseOf(index) !== 'open');
  if (order.length === 0) return wanted;
  return order[0] === wanted.order[0] ? { ...wanted, order } : { order, purpose: 'serve', reason: 'breaker' };
}
