import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { isUnknownTopic } from '../problems.ts';

/** A topic as it is. */
export interface ActualTopic {
  readonly partitions: number;
  /** Of the partition with the fewest copies. */
  readonly replicationFactor: number;
  readonly config: ReadonlyMap<string, string>;
  /** What was set for this topic, by whomever: Kafka drops what a change does not name again. */
  readonly ownConfig: ReadonlyMap<string, string>;
}

/** DescribeConfigs' source of a value that was set for the topic itself. */
const SET_FOR_TOPIC = 1;
const KNOWN_WITHIN_MS = 10_000;

/** Those of the topics that exist. */
export async function readTopics(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, ActualTopic>> {
  const existing = new Set(await admin.listTopics());
  const wanted = topics.filter((topic) => existing.has(topic));
  if (wanted.length === 0) return new Map();
  const [metadata, configs] = [await metadataOf(admin, wanted), await readConfigs(admin, wanted)];
  return new Map(metadata.topics.map(({ name, partitions }) => [name, {
    partitions: partitions.length, replicationFactor: Math.min(...partitions.map(({ replicas }) => replicas.length)), ...(configs.get(name) ?? { config: new Map(), ownConfig: new Map() }),
  }]));
}

/** A broker that lists a topic may not know its partitions yet. */
async function metadataOf(admin: Admin, topics: readonly string[]): Promise<Awaited<ReturnType<Admin['fetchTopicMetadata']>>> {
  const endAtMs = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      return await admin.fetchTopicMetadata({ topics: [...topics] });
    } catch (error) {
      if (!isUnknownTopic(error) || performance.now() > endAtMs) throw error;
      await pause(100);
    }
  }
}

type Configs = Pick<ActualTopic, 'config' | 'ownConfig'>;

async function readConfigs(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, Configs>> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })) });
  return new Map(resources.map(({ resourceName, configEntries }) => [resourceName, {
    config: new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ownConfig: new Map(configEntries.filter(({ configSource }) => Number(configSource) === SET_FOR_TOPIC).map(({ configName, configValue }) => [configName, configValue])),
  }]));
}
