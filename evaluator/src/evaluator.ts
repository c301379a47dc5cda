import type { Hono } from 'hono';
import type { Policy } from '@understudy/contracts/policy';
import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { readLedger } from './alerts/read-ledger.ts';
import { createApi } from './api/api-app.ts';
import { followOverrides, type OverrideFeed } from './api/follow-overrides.ts';
import { healthApp } from './api/health-app.ts';
import type { AccessRules } from './api/origin-guard.ts';
import type { Heuristic } from './heuristics/heuristic.ts';
import { type EvaluatorObservation, observeRoles } from './observation.ts';
import type { SigningKey } from './overrides/signing-key.ts';
import { priceBook } from './pricing/price-call.ts';
import { archiveStep } from './roles/archive.ts';
import { controllerRole } from './roles/controller-role.ts';
import { decideStep } from './roles/decide.ts';
import { newDetectorCounters } from './roles/detector-counters.ts';
import { DecideStates } from './roles/follow-decide-states.ts';
import { ARCHIVE_GROUP, CONTROLLER_GROUP, DECIDE_GROUP, JUDGE_GROUP, SCORE_GROUP } from './roles/groups.ts';
import { judgeRole } from './roles/judge-role.ts';
import { JudgedDoubts } from './roles/judged-doubts.ts';
import type { RoleName } from './roles/role-names.ts';
import { type PartitionsOptions, type ServedPartitions, servePartitions } from './roles/serve-partitions.ts';
import { scoreStep } from './roles/score.ts';
import { startUpkeep } from './roles/upkeep.ts';
import { startSampler } from './sampling/follow-doubt.ts';
import type { AnalyticsStore } from './store/analytics-store.ts';

export interface EvaluatorOptions {
  readonly log: EventLog;
  /** Needed by the roles archive, controller and api. */
  readonly store: AnalyticsStore | undefined;
  /** Needed by the roles controller and api. */
  readonly key: SigningKey | undefined;
  /** What this process does; others may do the rest, or share the work. */
  readonly roles: ReadonlySet<RoleName>;
  readonly instanceId: string;
  /** The policy in force and the hash of its content; read at every turn of the leader. */
  readonly policy: () => { readonly policy: Policy; readonly hash: string };
  /** The user's own heuristics that the policy names. */
  readonly customHeuristics?: (() => readonly Heuristic[]) | undefined;
  /** The secret that `env:NAME` or `file:PATH` of the policy names; throws an `UnderstudyError`. */
  readonly secretOf: (reference: string) => string;
  /** Where people reach the API, for the addresses in alerts; undefined: alerts hold none. */
  readonly apiUrl: string | undefined;
  readonly access: AccessRules;
  /** What is wrong with the analytics store, for people; undefined when it is well. */
  readonly storeTrouble: () => Promise<string | undefined>;
  /** Text of `/metrics`. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  readonly now: () => number;
  readonly say: (text: string) => void;
}

export interface Evaluator {
  /** Health and metrics always; the rest where this process has the role `api`. */
  readonly api: Hono;
  observe(): EvaluatorObservation;
  /** Resolves when every step under way has ended. */
  stop(): Promise<void>;
}

/**
 * Under load score and decide pause so long between two steps, so that a route's calls share records, commits and one writing of its state: twice the calls a
 * second on the same processors. What comes after a pause is taken at once.
 */
const SCORE_GATHER_MS = 25;
const DECIDE_GATHER_MS = 50;
/** An insert costs 5 ms whatever is in it: archive gathers this long. */
const ARCHIVE_GATHER_MS = 500;

/** The evaluator's roles over one log and one store, in this process. */
export function startEvaluator(options: EvaluatorOptions): Evaluator {
  const { log, say, roles, now } = options;
  const detectors = newDetectorCounters();
  const states = new DecideStates(log);
  const served: ServedPartitions[] = [];
  const serve = (group: string, topic: TopicName, role: PartitionsOptions['role']) => served.push(servePartitions({ log, say, group, topic, role }));
  const sampler = roles.has('score') ? startSampler({ states, policy: () => options.policy().policy, say }) : undefined;
  if (roles.has('score')) {
    const prices = priceBook();
    const policy = () => options.policy().policy;
    serve(SCORE_GROUP, TOPICS.spans.name, () => ({ prepare: () => scoreStep({ prices, sampler, policy, custom: options.customHeuristics }), gatherMs: SCORE_GATHER_MS }));
  }
  if (roles.has('archive')) serveArchive(serve, needed(options.store, 'store'), say);
  if (roles.has('decide')) serve(DECIDE_GROUP, TOPICS.evidence.name, (partition) => ({ prepare: (stored) => decideStep(log, partition, stored, detectors), gatherMs: DECIDE_GATHER_MS }));
  const upkeep = roles.has('controller') ? startUpkeep({ log, store: needed(options.store, 'store'), decided: states, policy: () => options.policy().policy, now, say }) : undefined;
  const terms = new Set<number>();
  if (upkeep !== undefined) serve(CONTROLLER_GROUP, TOPICS.proposals.name, () => controllerRole({ ...options, upkeep, decided: states, key: needed(options.key, 'key'), epochs: terms }));
  const doubts = roles.has('judge') ? new JudgedDoubts(states) : undefined;
  if (doubts !== undefined) serve(JUDGE_GROUP, TOPICS.judgeRequests.name, () => judgeRole({ ...options, doubts, policy: () => options.policy().policy }));
  const feed = roles.has('api') ? followOverrides(log, now, say) : undefined;
  const trouble = () => served.map((partitions) => partitions.trouble()).filter((text) => text !== undefined);
  const observe = () => observeRoles({ served, detectors, newest: feed?.newest(), epoch: terms.size === 0 ? undefined : Math.max(...terms) });
  return {
    api: apiOf(options, states, feed, trouble), observe,
    async stop() {
      await Promise.all([feed?.stop(), upkeep?.stop(), sampler?.stop(), doubts?.stop(), ...served.map((partitions) => partitions.stop())]);
    },
  };
}

function apiOf(options: EvaluatorOptions, states: DecideStates, feed: OverrideFeed | undefined, trouble: () => readonly string[]): Hono {
  const { log, now, say, access, metrics, secretOf, apiUrl } = options;
  const policy = () => options.policy().policy;
  const impaired = async () => [await options.storeTrouble()].filter((text) => text !== undefined);
  const health = { access, trouble, impaired, metrics };
  if (feed === undefined) return healthApp(health);
  const alerts = { secretOf, policy, ledger: { read: () => readLedger(log) }, ...(apiUrl === undefined ? {} : { apiUrl }) };
  return createApi({ ...health, log, states, feed, now, say, policy, alerts, store: needed(options.store, 'store'), key: needed(options.key, 'key'), project: () => policy().project });
}

function serveArchive(serve: (group: string, topic: TopicName, role: PartitionsOptions['role']) => void, store: AnalyticsStore, say: (text: string) => void): void {
  for (const [topic, table] of [[TOPICS.calls.name, 'calls'], [TOPICS.judgements.name, 'judgements'], [TOPICS.decisions.name, 'decisions']] as const) {
    serve(ARCHIVE_GROUP, topic, () => ({ prepare: () => archiveStep({ store, say, topic, table }), gatherMs: ARCHIVE_GATHER_MS }));
  }
}

function needed<Part>(part: Part | undefined, name: string): Part {
  if (part === undefined) throw new TypeError(`the evaluator was started for a role that needs a ${name}, without one`);
  return part;
}
