import type { Incident } from '@understudy/contracts/incident';
import type { Policy } from '@understudy/contracts/policy';
import type { SignalName } from '@understudy/contracts/signal';
import type { SnapshotRoute } from '@understudy/contracts/snapshot';
import type { SignalMonitor } from '../detectors/signal-monitor.ts';

/** What decide remembers. All of it survives JSON bit for bit; nothing in it comes from a clock or from chance. */
export interface TargetState {
  readonly id: string;
  /** Finished calls by minute of receive time, the last 15 minutes: [minute, count]. */
  finished: [minute: number, calls: number][];
  /** Serve calls of the whole life, for "learning 37 of 200". */
  calls: number;
  hasBaseline: boolean;
  monitors: Partial<Record<SignalName, SignalMonitor>>;
  thresholds: Partial<Record<SignalName, number>>;
}

/** An e-process per signal that has to prove itself good again. */
export type RecoveryState = Partial<Record<SignalName, { components: number[]; probes: number; failures: number }>>;

/** The life of a route. Each phase holds only its own data; what ought to be published follows from it (`desired-entry.ts`). */
export type Phase =
  | { name: 'unknown' }
  | { name: 'healthy' }
  | { name: 'suspect'; sinceMs: number; signal: SignalName }
  /** Proved worse, still serving: nothing was published yet, or a person decides. */
  | { name: 'degraded'; sinceMs: number; signals: SignalName[]; fallback: string | undefined; approved: boolean; recovery: RecoveryState }
  | { name: 'overridden'; sinceMs: number; signals: SignalName[]; fallback: string; rampIndex: number; rampAtMs: number; holdDownUntilMs: number }
  | { name: 'probing'; sinceMs: number; signals: SignalName[]; fallback: string; recovery: RecoveryState; announced: boolean }
  | { name: 'recovering'; signals: SignalName[]; fallback: string; rampIndex: number; rampAtMs: number; cleanSinceMs: number | undefined }
  /** The primary is bad and no fallback is good: the application's own order. */
  | { name: 'exhausted'; sinceMs: number; signals: SignalName[]; recovery: RecoveryState };

export interface Pin {
  readonly target: string;
  readonly untilMs: number;
  readonly actor: string;
  readonly reason: string;
}

/** The newest proposal of a route and what became of it. */
export interface ProposalState {
  readonly proposalId: string;
  readonly entry: SnapshotRoute | undefined;
  readonly atMs: number;
  answer: 'waiting' | 'published' | 'refused';
  refusedReason: string | undefined;
}

export interface RouteState {
  readonly project: string;
  readonly route: string;
  /** The application's own order of targets, as its newest span declared it. */
  appOrder: string[];
  targets: Record<string, TargetState>;
  phase: Phase;
  pin: Pin | undefined;
  /** Override cycles so far, less one for every healthy hour; the hold-down doubles with each. */
  cycles: number;
  cyclesAtMs: number;
  proposal: ProposalState | undefined;
  incident: Incident | undefined;
  /** Since when a signal that only alerts is above its threshold. */
  alertSinceMs: number | undefined;
  /** The proof that an alert is over. */
  alertRecovery: RecoveryState;
  resolved: Incident[];
  lastCallMs: number;
}

export interface DecideState {
  v: 1;
  /** Highest leader epoch seen; records of a lower one are ignored. */
  epoch: number;
  /** Receive time: the newest tick or score. Never goes back. */
  nowMs: number;
  policy: Policy;
  policyHash: string;
  frozen: { untilMs: number | undefined; reason: string } | undefined;
  routes: Record<string, RouteState>;
}

export function initialDecideState(policy: Policy): DecideState {
  return { v: 1, epoch: -1, nowMs: 0, policy, policyHash: '', frozen: undefined, routes: nullRecord() };
}

/** A record without a prototype: names of routes and targets come from the network. */
export function nullRecord<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

export function newRouteState(project: string, route: string): RouteState {
  return {
    project, route, appOrder: [], targets: nullRecord(), phase: { name: 'unknown' }, pin: undefined, cycles: 0, cyclesAtMs: 0, proposal: undefined,
    incident: undefined, alertSinceMs: undefined, alertRecovery: {}, resolved: [], lastCallMs: 0,
  };
}

export function newTargetState(id: string): TargetState {
  return { id, finished: [], calls: 0, hasBaseline: false, monitors: {}, thresholds: {} };
}

/** State as stored and back; `__proto__` as a route's name stays an ordinary key. */
export function decideStateFromJson(text: string): DecideState {
  const state = JSON.parse(text) as DecideState;
  state.routes = Object.assign(nullRecord<RouteState>(), state.routes);
  for (const route of Object.values(state.routes)) route.targets = Object.assign(nullRecord<TargetState>(), route.targets);
  return state;
}
