import { randomUUID } from 'node:crypto';
import { describeWithKafka } from '@understudy/log/kafka/test-support/describe-with-kafka';
import { openConnection } from '@understudy/log/kafka/connection';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { checkTopics } from '@understudy/log/kafka/topics/topics';
import { runUnderstudy } from '../support/run-understudy.ts';
import { waitUntil } from '../support/wait-until.ts';

describe('understudy topics, where there is no Kafka', () => {
  it('says which variable is missing, exit 3', async () => {
    expect(await runUnderstudy(['topics'], { environment: { KAFKA_BROKERS: '' } })).toMatchObject({ code: 3, stderr: expect.stringContaining('KAFKA_BROKERS') });
  });

  it('says within seconds that nobody answers, exit 4', async () => {
    const { code, stderr } = await runUnderstudy(['topics', '--check'], { environment: { KAFKA_BROKERS: '127.0.0.1:1' } });
    expect({ code, stderr }).toMatchObject({ code: 4, stderr: expect.stringContaining('KAFKA_BROKERS') });
  });

  it('refuses a number that is none, exit 2', async () => {
    expect(await runUnderstudy(['topics', '--partitions', '0'])).toMatchObject({ code: 2 });
  });
});

describeWithKafka('understudy topics', (brokers) => {
  it('creates what is missing, finds what differs, and mends it when told to', async () => {
    const prefix = `command-${randomUUID().slice(0, 8)}.`;
    const topics = async (...args: string[]) => {
      const { code, stdout, stderr } = await runUnderstudy(['topics', '--json', '--replication-factor', '1', ...args], { environment: { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC_PREFIX: prefix } });
      expect(stderr).toBe('');
      return { code, ...JSON.parse(stdout) as { ok: boolean; created: unknown[]; repaired: unknown[]; differences: { kind: string; topic: string }[] } };
    };
    expect(await topics('--check')).toMatchObject({ code: 1, ok: false, created: [], differences: expect.arrayContaining([{ kind: 'missing', topic: `${prefix}llm.spans`, fix: expect.any(String) }]) });
    expect(await topics('--partitions', '2')).toMatchObject({ code: 0, ok: true, created: expect.arrayContaining([{ topic: `${prefix}llm.spans`, partitions: 2, replicationFactor: 1 }, { topic: `${prefix}llm.proposals`, partitions: 1, replicationFactor: 1 }]) });
    expect(await topics('--check')).toMatchObject({ code: 0, ok: true });
    expect(await topics('--check', '--partitions', '3')).toMatchObject({ code: 1, differences: expect.arrayContaining([expect.objectContaining({ kind: 'partitions', expected: 3, actual: 2 })]) });
    await setRetention(brokers, `${prefix}llm.calls`);
    expect(await topics()).toMatchObject({ code: 0, ok: false, repaired: [], differences: [{ kind: 'config', topic: `${prefix}llm.calls` }, { kind: 'config' }] });
    expect(await topics('--repair')).toMatchObject({ code: 0, ok: true, repaired: [{ kind: 'config' }, { kind: 'config' }] });
  }, 60_000);
});

async function setRetention(brokers: readonly string[], topic: string): Promise<void> {
  const { kafka, destroySockets } = openConnection({ brokers }, () => undefined);
  const admin = kafka.admin();
  await admin.connect();
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }] });
  const own = resources[0]?.configEntries.filter(({ configSource }) => Number(configSource) === 1).map(({ configName, configValue }) => [configName, configValue] as const) ?? [];
  const config = new Map([...own, ['retention.ms', '1'], ['compression.type', 'gzip']]);
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries: [...config].map(([name, value]) => ({ name, value })) }] });
  await waitUntil('the broker has the changed setting', 5_000, async () => (await checkTopics({ brokers }, { prefix: topic.replace(/llm\..*$/, ''), replicationFactor: 1 })).length === 2);
  await admin.disconnect();
  destroySockets();
}
