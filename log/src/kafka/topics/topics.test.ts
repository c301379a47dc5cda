import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { expect, it, vi } from 'vitest';
import { openConnection } from '../connection.ts';
import { describeWithKafka } from '../test-support/describe-with-kafka.ts';
import { topicPlans } from './topic-plan.ts';
import { checkTopics, createTopics, repairTopics } from './topics.ts';

describeWithKafka('topics of a cluster', (brokers) => {
  const connection = { brokers };
  const freshPrefix = () => `topics-${randomUUID().slice(0, 8)}.`;

  it('are created once, also by several at the same time, and then are as they should be', async () => {
    const prefix = freshPrefix();
    expect((await checkTopics(connection, { prefix })).map(({ kind }) => kind)).toEqual(topicPlans().map(() => 'missing'));
    const created = (await Promise.all([createTopics(connection, { prefix, replicationFactor: 1 }), createTopics(connection, { prefix, replicationFactor: 1 })])).flat();
    expect(created.map(({ topic }) => topic).toSorted()).toEqual(topicPlans({ prefix }).map(({ topic }) => topic).toSorted());
    expect(await checkTopics(connection, { prefix, replicationFactor: 1 })).toEqual([]);
    expect(await createTopics(connection, { prefix })).toEqual([]);
  });

  it('have as many partitions as were asked for when they were created, and keep them', async () => {
    const prefix = freshPrefix();
    await createTopics(connection, { prefix, partitions: 2, replicationFactor: 1 });
    expect(await checkTopics(connection, { prefix, replicationFactor: 1 })).toEqual([]);
    const differences = await checkTopics(connection, { prefix, partitions: 3, replicationFactor: 1 });
    expect(differences.map(({ kind, topic }) => `${kind} ${topic}`)).toEqual(topicPlans({ prefix }).filter(({ exactlyOnePartition, partitions }) => !exactlyOnePartition && partitions < 16).map(({ topic }) => `partitions ${topic}`));
    await repairTopics(connection, { prefix, partitions: 3, replicationFactor: 1 });
    expect(await checkTopics(connection, { prefix, partitions: 3, replicationFactor: 1 })).toEqual(differences);
  });

  it('get a changed setting back with a repair, which leaves other settings of the same topic alone', async () => {
    const prefix = freshPrefix();
    await createTopics(connection, { prefix, replicationFactor: 1 });
    const { kafka } = openConnection(connection, () => undefined);
    const admin = kafka.admin();
    await admin.connect();
    try {
      const name = `${prefix}llm.spans`;
      await admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries: [{ name: 'retention.ms', value: '60000' }, { name: 'flush.messages', value: '77' }] }] });
      const differences = await vi.waitUntil(async () => {
        const found = await checkTopics(connection, { prefix, replicationFactor: 1 });
        return found.length > 0 && found;
      }, { timeout: 5_000 });
      expect(differences).toContainEqual(expect.objectContaining({ kind: 'config', topic: name, name: 'retention.ms', expected: '86400000', actual: '60000' }));
      expect(await repairTopics(connection, { prefix, replicationFactor: 1 })).toEqual(differences);
      expect(await checkTopics(connection, { prefix, replicationFactor: 1 })).toEqual([]);
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['flush.messages'] }] });
      expect(resources[0]?.configEntries[0]?.configValue).toBe('77');
    } finally {
      await admin.disconnect();
    }
  });

  it('are not asked to have more copies than there are brokers', async () => {
    await expect(createTopics(connection, { prefix: freshPrefix(), replicationFactor: 99 })).rejects.toMatchObject({ code: 'CONFIGURATION', fix: expect.stringContaining('--replication-factor') });
  });

  it('cannot be created where nobody listens', async () => {
    await expect(createTopics({ brokers: ['127.0.0.1:1'] })).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true });
  });
});
