import type { ActualTopic } from './read-topics.ts';
import { type TopicPlan, minInsyncReplicas } from './topic-plan.ts';

/** Where a topic is not as it should be, and what to do. Only `missing` and `config` can be mended without moving data. */
export type TopicDifference =
  | { readonly kind: 'missing'; readonly topic: string; readonly fix: string }
  | { readonly kind: 'partitions'; readonly topic: string; readonly expected: number; readonly actual: number; readonly fix: string }
  | { readonly kind: 'replication'; readonly topic: string; readonly expected: number; readonly actual: number; readonly fix: string }
  | { readonly kind: 'config'; readonly topic: string; readonly name: string; readonly expected: string; readonly actual: string; readonly fix: string };

export interface Wanted {
  readonly plan: TopicPlan;
  readonly replicationFactor: number;
  /** True: the number of partitions was asked for. Else an existing topic's own number is right, whatever it is. */
  readonly partitionsAsked: boolean;
}

export function topicDifferences(wanted: readonly Wanted[], actual: ReadonlyMap<string, ActualTopic>): readonly TopicDifference[] {
  return wanted.flatMap((each) => {
    const { topic } = each.plan;
    const found = actual.get(topic);
    if (found === undefined) return [{ kind: 'missing', topic, fix: 'Run `understudy topics`, which creates what is missing.' }];
    return [...partitionDifferences(each, found), ...replicationDifferences(each, found), ...configDifferences(each.plan, found)];
  });
}

/** A topic's partitions are never changed here: a key would move to another partition, away from the state that was kept for it. */
function partitionDifferences({ plan, partitionsAsked }: Wanted, { partitions: actual }: ActualTopic): readonly TopicDifference[] {
  const { topic, partitions: expected, exactlyOnePartition } = plan;
  if (actual === expected || !(exactlyOnePartition || partitionsAsked)) return [];
  const fix = exactlyOnePartition
    ? `Stop every process, delete ${topic} and run \`understudy topics\`: with more than one partition there would be more than one leader.`
    : `Keep it, or start anew under another KAFKA_TOPIC_PREFIX with --partitions ${expected}: in an existing topic a key would move to another partition, away from the state that was kept for it.`;
  return [{ kind: 'partitions', topic, expected, actual, fix }];
}

function replicationDifferences({ plan: { topic }, replicationFactor: expected }: Wanted, { replicationFactor: actual }: ActualTopic): readonly TopicDifference[] {
  if (actual >= expected) return [];
  return [{ kind: 'replication', topic, expected, actual, fix: `Add copies with Kafka's own kafka-reassign-partitions.sh, which moves data; or say --replication-factor ${actual} when that is meant.` }];
}

function configDifferences(plan: TopicPlan, found: ActualTopic): readonly TopicDifference[] {
  return [...expectedConfig(plan, found.replicationFactor)].flatMap(([name, expected]) => {
    const actual = found.config.get(name) ?? 'unknown';
    return actual === expected ? [] : [{ kind: 'config' as const, topic: plan.topic, name, expected, actual, fix: 'Run `understudy topics --repair`, which sets it.' }];
  });
}

/** The number of copies that must agree follows from the copies that there are. */
export function expectedConfig(plan: TopicPlan, replicationFactor: number): ReadonlyMap<string, string> {
  return new Map([...plan.config, ['min.insync.replicas', String(minInsyncReplicas(replicationFactor))]]);
}
