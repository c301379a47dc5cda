import type { Hono } from 'hono';
import type { Policy } from '@understudy/contracts/policy';
import { TOPICS, type TopicName } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { createApi } from './api/api-app.ts';
import { followOverrides } from './api/follow-overrides.ts';
import type { AccessRules } from './api/origin-guard.ts';
import type { SigningKey } from './overrides/signing-key.ts';
import { priceBook } from './pricing/price-call.ts';
import { archiveStep } from './roles/archive.ts';
import { controllerStep } from './roles/controller.ts';
import { decideStep } from './roles/decide.ts';
import { ARCHIVE_GROUP, CONTROLLER_GROUP, DECIDE_GROUP, SCORE_GROUP } from './roles/groups.ts';
import { DecideStates } from './roles/follow-decide-states.ts';
import { type RoleOptions, type RunningRole, runRole } from './roles/run-role.ts';
import { scoreStep } from './roles/score.ts';
import { startUpkeep } from './roles/upkeep.ts';
import type { AnalyticsStore } from './store/analytics-store.ts';

export interface EvaluatorOptions {
  readonly log: EventLog;
  readonly store: AnalyticsStore;
  readonly key: SigningKey;
  readonly instanceId: string;
  /** The policy in force and the hash of its content; read at every turn of the leader. */
  readonly policy: () => { readonly policy: Policy; readonly hash: string };
  readonly access: AccessRules;
  readonly now: () => number;
  readonly say: (text: string) => void;
}

export interface Evaluator {
  readonly api: Hono;
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
const LEADER_TURN_MS = 250;

/** All roles of the evaluator over one log and one store, in this process. */
export function startEvaluator(options: EvaluatorOptions): Evaluator {
  const { log, store, key, now, say } = options;
  const states = new DecideStates(log);
  const upkeep = startUpkeep({ log, store, decided: states, policy: () => options.policy().policy, now, say });
  const prices = priceBook();
  const everywhere = (group: string, topic: TopicName, rest: (partition: number) => Pick<RoleOptions, 'prepare' | 'gatherMs' | 'everyMs'>): RunningRole[] =>
    Array.from({ length: log.partitionCount(topic) }, (_, partition) => runRole({ log, say, group, topic, partition, ...rest(partition) }));
  const roles = [
    ...everywhere(SCORE_GROUP, TOPICS.spans.name, () => ({ prepare: () => scoreStep(prices), gatherMs: SCORE_GATHER_MS })),
    ...everywhere(ARCHIVE_GROUP, TOPICS.calls.name, () => ({ prepare: () => archiveStep({ store, say, topic: TOPICS.calls.name, table: 'calls' }), gatherMs: ARCHIVE_GATHER_MS })),
    ...everywhere(ARCHIVE_GROUP, TOPICS.decisions.name, () => ({ prepare: () => archiveStep({ store, say, topic: TOPICS.decisions.name, table: 'decisions' }), gatherMs: ARCHIVE_GATHER_MS })),
    ...everywhere(DECIDE_GROUP, TOPICS.evidence.name, (partition) => ({ prepare: (stored) => decideStep(log, partition, stored), gatherMs: DECIDE_GATHER_MS })),
    ...everywhere(CONTROLLER_GROUP, TOPICS.proposals.name, () => ({
      everyMs: LEADER_TURN_MS,
      prepare: (stored) => controllerStep(log, stored, {
        instanceId: options.instanceId, key, now,
        takeInputs: () => ({ policy: options.policy().policy, policyHash: options.policy().hash, findings: upkeep.takeFindings(), active: upkeep.activeRoutes() }),
      }),
    })),
  ];
  const feed = followOverrides(log, say);
  const api = createApi({
    log, store, states, feed, key, access: options.access, now, say, project: () => options.policy().policy.project,
    unhealthyRoles: () => roles.filter((role) => !role.healthy()).map((role) => role.name),
  });
  return {
    api,
    async stop() {
      await feed.stop();
      await upkeep.stop();
      await Promise.all(roles.map((role) => role.stop()));
    },
  };
}
