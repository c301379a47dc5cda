import { setTimeout as pause } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { KafkaConnectionOptions } from '../connection.ts';
import { type ActualTopic, readTopics } from './read-topics.ts';
import { withAdmin } from './topic-admin.ts';
import { type TopicDifference, type Wanted, expectedConfig, topicDifferences } from './topic-differences.ts';
import { type TopicPlanOptions, replicationFactorFor, topicPlans } from './topic-plan.ts';

export interface TopicOptions extends TopicPlanOptions {
  /** Default: 3 where there are so many brokers, else 1. */
  readonly replicationFactor?: number;
}

export interface CreatedTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
}

/** Creates the topics that are missing, and leaves the others as they are. Several may do so at the same time. */
export async function createTopics(connection: KafkaConnectionOptions, options: TopicOptions = {}): Promise<readonly CreatedTopic[]> {
  return withAdmin(connection, 'creating topics', async (admin) => {
    const wanted = await whatIsWanted(admin, options);
    const actual = await readTopics(admin, wanted.map(({ plan }) => plan.topic));
    const created: CreatedTopic[] = [];
    for (const each of wanted) if (!actual.has(each.plan.topic) && await createTopic(admin, each)) created.push({ topic: each.plan.topic, partitions: each.plan.partitions, replicationFactor: each.replicationFactor });
    if (created.length > 0) await untilLed(admin, created.map(({ topic }) => topic));
    return created;
  });
}

/** Compares everything, and changes nothing. */
export async function checkTopics(connection: KafkaConnectionOptions, options: TopicOptions = {}): Promise<readonly TopicDifference[]> {
  return withAdmin(connection, 'reading the topics', async (admin) => {
    const wanted = await whatIsWanted(admin, options);
    return topicDifferences(wanted, await readTopics(admin, wanted.map(({ plan }) => plan.topic)));
  });
}

/** Sets the settings that differ; what was set for a topic beyond those stays. Returns what it has mended. */
export async function repairTopics(connection: KafkaConnectionOptions, options: TopicOptions = {}): Promise<readonly TopicDifference[]> {
  return withAdmin(connection, 'changing the settings of topics', async (admin) => {
    const wanted = await whatIsWanted(admin, options);
    const actual = await readTopics(admin, wanted.map(({ plan }) => plan.topic));
    const mended = topicDifferences(wanted, actual).filter(({ kind }) => kind === 'config');
    const topics = new Set(mended.map(({ topic }) => topic));
    const toMend = wanted.filter(({ plan }) => topics.has(plan.topic));
    await setConfigs(admin, toMend, actual);
    await until('the changed settings are not there yet', async () => topicDifferences(toMend, await readTopics(admin, [...topics])).every(({ kind }) => kind !== 'config'));
    return mended;
  });
}

async function whatIsWanted(admin: Admin, options: TopicOptions): Promise<readonly Wanted[]> {
  const { brokers } = await admin.describeCluster();
  const replicationFactor = options.replicationFactor ?? replicationFactorFor(brokers.length);
  if (replicationFactor > brokers.length) {
    throw new UnderstudyError({ code: 'CONFIGURATION', message: `${replicationFactor} copies were asked for, and there are ${brokers.length} brokers`, fix: `Say --replication-factor ${brokers.length}, or add brokers.` });
  }
  return topicPlans(options).map((plan) => ({ plan, replicationFactor, partitionsAsked: options.partitions !== undefined }));
}

const CHANGE_WITHIN_MS = 10_000;

/** False when another was quicker. */
async function createTopic(admin: Admin, { plan, replicationFactor }: Wanted): Promise<boolean> {
  const configEntries = [...expectedConfig(plan, replicationFactor)].map(([name, value]) => ({ name, value }));
  return admin.createTopics({ waitForLeaders: false, timeout: CHANGE_WITHIN_MS, topics: [{ topic: plan.topic, numPartitions: plan.partitions, replicationFactor, configEntries }] });
}

/** kafkajs' own waiting takes a broker that has not heard of the topic yet for an error. */
async function untilLed(admin: Admin, topics: readonly string[]): Promise<void> {
  await until('the new topics have no leaders yet', async () => {
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
    return found.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0));
  });
}

/** A broker hears of what was changed a moment after the controller has said that it is done. */
async function until(notYet: string, isSo: () => Promise<boolean>): Promise<void> {
  const endAtMs = performance.now() + CHANGE_WITHIN_MS;
  let failure: unknown = new Error(notYet);
  while (performance.now() < endAtMs) {
    try {
      if (await isSo()) return;
    } catch (error) {
      failure = error;
    }
    await pause(50);
  }
  throw failure;
}

/** kafkajs has only the request that replaces all that was set for a topic. */
async function setConfigs(admin: Admin, wanted: readonly Wanted[], actual: ReadonlyMap<string, ActualTopic>): Promise<void> {
  if (wanted.length === 0) return;
  const resources = wanted.map(({ plan }) => {
    const found = actual.get(plan.topic);
    const config = new Map([...(found?.ownConfig ?? []), ...expectedConfig(plan, found?.replicationFactor ?? 1)]);
    return { type: kafkajs.ConfigResourceTypes.TOPIC, name: plan.topic, configEntries: [...config].map(([name, value]) => ({ name, value })) };
  });
  await admin.alterConfigs({ validateOnly: false, resources });
}
