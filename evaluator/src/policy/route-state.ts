import type { BaselineStatistics, JudgeHealth } from '@understudy/contracts/evidence';
import type { Incident } from '@understudy/contracts/incident';
import { DEFAULT_POLICY, type Policy } from '@understudy/contracts/policy';
import type { SignalName } from '@understudy/contracts/signal';
import type { SnapshotRoute } from '@understudy/contracts/snapshot';
import { type JudgedInOrder, newJudgedInOrder } from '../detectors/judged-in-order.ts';
import type { RateStream } from '../detectors/rate-stream.ts';
import type { SignalMonitor } from '../detectors/signal-monitor.ts';

/** What decide remembers. All of it survives JSON bit for bit; nothing in it comes from a clock or from chance. */
export interface TargetState {
  readonly id: string;
  /** Finished calls by minute of receive time, the last 15 minutes: [minute, count]. */
  finished: [minute: number, calls: number][];
  /** Calls of the whole life, for "learning 37 of 200". */
  calls: number;
  hasBaseline: boolean;
  /** Frozen: a changed policy makes new monitors from it. */
  baselines: Partial<Record<SignalName, BaselineStatistics>>;
  monitors: Partial<Record<SignalName, SignalMonitor>>;
  thresholds: Partial<Record<SignalName, number>>;
  /** Calls that wait for a verdict on one before them. */
  judged: JudgedInOrder;
  /** Plain rules of the policy that are broken now, by their text. */
  broken: Record<string, BrokenRule>;
  /** Of a target that is not the primary: the proof, from its own calls, that a signal which had degraded is good again. */
  healing: RecoveryState;
}

export interface BrokenRule {
  readonly signal: SignalName;
  readonly action: 'alert' | 'switch';
  readonly observed: number;
  readonly limit: number;
  readonly sinceMs: number;
  /** A broken rule is told again with each closed minute. */
  readonly toldAtMs?: number;
}

/** The proof that one signal is good again: an e-process on probes. */
export interface RecoveryProof {
  readonly components: number[];
  /** The rate to be disproved: the detector's own null, so that returning and leaving do not alternate. */
  readonly pRec: number;
  readonly side: 'up' | 'down';
  probes: number;
  failures: number;
  /** Begun again so often because the failures had made success hopeless. */
  attempts: number;
}

/** One proof a signal. */
export type RecoveryState = Partial<Record<SignalName, RecoveryProof>>;

/** The life of a route. Each phase holds only its own data; what ought to be published follows from it (`desired-entry.ts`). */
export type Phase =
  | { name: 'unknown' }
  | { name: 'healthy' }
  | { name: 'suspect'; sinceMs: number; signal: SignalName }
  /** What speaks against the primary is not enough to act on: the judge alone, or texts that are hostile. A person decides. `doubtedSinceMs`: since it was suspected. */
  | { name: 'inconclusive'; sinceMs: number; because: 'judge-alone' | 'hostile-text'; doubtedSinceMs?: number; signals: SignalName[]; fallback: string | undefined; recovery: RecoveryState }
  /** Proved worse, still serving: nothing was published yet, or a person decides. `ruled` below: a plain rule was broken when the primary was replaced. */
  | { name: 'degraded'; sinceMs: number; signals: SignalName[]; fallback: string; approved: boolean; recovery: RecoveryState }
  | { name: 'overridden'; sinceMs: number; signals: SignalName[]; fallback: string; rampIndex: number; rampAtMs: number; holdDownUntilMs: number; escalated: boolean }
  | { name: 'probing'; sinceMs: number; signals: SignalName[]; fallback: string; recovery: RecoveryState; hardFailuresInARow: number; ruled?: boolean }
  | { name: 'recovering'; signals: SignalName[]; fallback: string; rampIndex: number; rampAtMs: number; cleanSinceMs: number | undefined }
  /** The primary is bad and no fallback is good: the application's own order. No fallback takes over before `notBeforeMs`. */
  | { name: 'exhausted'; sinceMs: number; signals: SignalName[]; recovery: RecoveryState; notBeforeMs: number };

export type PhaseOf<Name extends Phase['name']> = Extract<Phase, { name: Name }>;

export interface Pin {
  readonly target: string;
  readonly untilMs: number;
  readonly actor: string;
  readonly reason: string;
}

/** What a proposal does to the traffic of the primary; the leader's guards look at `override` only. */
export type Effect = 'override' | 'adjust' | 'return' | 'standby' | 'pin';

/** The newest proposal of a route and what became of it. */
export interface ProposalState {
  readonly proposalId: string;
  readonly effect: Effect;
  readonly entry: SnapshotRoute | undefined;
  readonly atMs: number;
  answer: 'waiting' | 'published' | 'refused';
  refusedReason: string | undefined;
  /** `EPOCH.VERSION` of the snapshot that carries it. */
  version: string | undefined;
}

/** An incident that only informs: what has to be shown for its end. */
export interface AlertState {
  recovery: RecoveryState;
  /** The same tests begun again: the shift is over only when they find nothing for twice as long as the first detection took. */
  recheck: Partial<Record<SignalName, SignalMonitor>>;
  calls: number;
  neededCalls: number;
}

/** One app order that calls have declared. */
export interface Declaration {
  readonly targets: string[];
  lastMs: number;
  /** Its share of the route's latest calls. */
  share: number;
}

export interface RouteState {
  readonly project: string;
  readonly route: string;
  /** What the running versions of the application declare, the established one first (`app-order.ts`). */
  declarations: Declaration[];
  /** The established order, without targets that another running version does not know. */
  appOrder: string[];
  /** The target that the phase is about. */
  primary: string | undefined;
  targets: Record<string, TargetState>;
  phase: Phase;
  pin: Pin | undefined;
  /** Override cycles and failed probes so far, less one for every healthy hour; the hold-down grows with each. */
  cycles: number;
  cyclesAtMs: number;
  /** When overrides began, the last 6 hours. */
  overridesAtMs: number[];
  proposal: ProposalState | undefined;
  incident: Incident | undefined;
  /** Since when a signal that only alerts is above its threshold. */
  alertSinceMs: number | undefined;
  alert: AlertState | undefined;
  resolved: Incident[];
  /** Of the texts that the judge was to see, how many were hostile: undefined before the first. */
  hostile: HostileTexts | undefined;
  lastCallMs: number;
}

export interface HostileTexts {
  /** Against a share that asks for a look, and against one that leaves the judge without a say. */
  readonly alerting: RateStream;
  readonly doubting: RateStream;
  /** Since when the first one has been above its threshold. */
  sinceMs: number | undefined;
  /** Proof that the share is small again; only while it was large. */
  recovery: { readonly components: number[] } | undefined;
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
  /** What the judge role says of itself; undefined before it has. */
  judge: JudgeState | undefined;
  routes: Record<string, RouteState>;
}

export interface JudgeState {
  readonly health: JudgeHealth;
  readonly sinceMs: number;
  readonly text: string;
  readonly anchorsPassedAtMs: number | undefined;
  /** When the judge role said anything last. */
  readonly heardAtMs?: number;
}

/** The policy arrives as evidence: until then every route is as a new one. */
export function initialDecideState(): DecideState {
  return { v: 1, epoch: -1, nowMs: 0, policy: DEFAULT_POLICY, policyHash: '', frozen: undefined, judge: undefined, routes: nullRecord() };
}

/** A record without a prototype: names of routes and targets come from the network. */
export function nullRecord<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

export function newRouteState(project: string, route: string): RouteState {
  return {
    project, route, declarations: [], appOrder: [], primary: undefined, targets: nullRecord(), phase: { name: 'unknown' }, pin: undefined, cycles: 0, cyclesAtMs: 0,
    overridesAtMs: [], proposal: undefined, incident: undefined, alertSinceMs: undefined, alert: undefined, resolved: [], hostile: undefined, lastCallMs: 0,
  };
}

export function newTargetState(id: string): TargetState {
  return { id, finished: [], calls: 0, hasBaseline: false, baselines: {}, monitors: {}, thresholds: {}, judged: newJudgedInOrder(), broken: nullRecord(), healing: {} };
}

/** Signals whose baseline is frozen. */
export function learnedSignals(target: TargetState): SignalName[] {
  return Object.keys(target.baselines) as SignalName[];
}
