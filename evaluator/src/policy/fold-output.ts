import type { DecisionReason, DecisionRow, RouteStateName } from '@understudy/contracts/decision';
import type { Proposal } from '@understudy/contracts/proposal';
import type { SignalName } from '@understudy/contracts/signal';
import { routeKey } from '@understudy/contracts/topics';
import { resolvedEntry, routeEntry } from './decide-state-entries.ts';
import type { RouteState } from './route-state.ts';

/** Where in `llm.evidence` the record stands that is being folded; ids derive from it, so a replay names the same things. */
export interface EvidencePosition {
  readonly partition: number;
  readonly offset: number;
}

export interface DecisionFacts {
  readonly target?: string | undefined;
  readonly signal?: SignalName | undefined;
  readonly statistic?: number | undefined;
  readonly threshold?: number | undefined;
  readonly baseline?: number | undefined;
  readonly observed?: number | undefined;
}

const MOST_TEXT = 500;
const KEPT_DONE = 50;

/** Collects what one evidence record led to. */
export class FoldOutput {
  readonly proposals: Proposal[] = [];
  readonly decisions: DecisionRow[] = [];
  /** Keys of the state's entries that the record changed (`encodeState` takes them). */
  readonly touchedRoutes = new Set<string>();
  readonly position: EvidencePosition;
  /** Calls that were fed to detectors: repeats are not. */
  observedCalls = 0;
  #ids = 0;

  constructor(position: EvidencePosition) {
    this.position = position;
  }

  /** Unique within the partition of evidence and the same at every replay. */
  nextId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}-${this.position.partition}-${this.position.offset}-${this.#ids}`;
  }

  touch(route: RouteState): void {
    this.touchedRoutes.add(routeEntry(routeKey(route.project, route.route)));
  }

  touchResolved(route: RouteState): void {
    this.touchedRoutes.add(resolvedEntry(routeKey(route.project, route.route)));
  }

  /** The route is gone: all its entries are. */
  forget(key: string): void {
    this.touchedRoutes.add(routeEntry(key));
    this.touchedRoutes.add(resolvedEntry(key));
  }

  decide(route: RouteState, from: RouteStateName, reason: DecisionReason, text: string, atMs: number, facts: DecisionFacts = {}): void {
    const cut = text.slice(0, MOST_TEXT).toWellFormed();
    this.touch(route);
    this.decisions.push({
      project: route.project, route: route.route, decision_id: this.nextId('dec'), at: atMs,
      evidence_partition: this.position.partition, evidence_offset: this.position.offset,
      state_from: from, state_to: route.phase.name, reason, text: cut,
      incident_id: route.incident?.incidentId ?? '', target: facts.target ?? '', signal: facts.signal ?? '',
      statistic: facts.statistic ?? null, threshold: facts.threshold ?? null, baseline: facts.baseline ?? null, observed: facts.observed ?? null,
    });
    if (route.incident !== undefined) route.incident.done = [...route.incident.done.slice(1 - KEPT_DONE), { atMs, text: cut }];
  }
}
