import { TOPICS } from '@understudy/contracts/topics';
import { describe, expect, it } from 'vitest';
import { type TopicDifference, expectedConfig, topicDifferences } from './topic-differences.ts';
import { LARGEST_BATCH_BYTES, replicationFactorFor, topicPlans } from './topic-plan.ts';

const plan = (name: string, options = {}) => {
  const found = topicPlans(options).find(({ topic }) => topic === name);
  if (found === undefined) throw new Error(`no plan of ${name}`);
  return found;
};

describe('the topics as they should be', () => {
  it('are every topic of the log, the changelog and its copies', () => {
    expect(topicPlans().map(({ topic }) => topic).toSorted()).toEqual([...Object.values(TOPICS).map(({ name }) => name), 'llm.state', 'llm.checkpoints'].toSorted());
  });

  it('have one partition where there is one leader or one order, however many are asked for', () => {
    const ones = topicPlans({ partitions: 12 }).filter(({ partitions }) => partitions === 1).map(({ topic }) => topic);
    expect(ones).toEqual(['llm.proposals', 'llm.overrides']);
    expect(topicPlans({ partitions: 12 }).filter(({ partitions }) => partitions === 12)).toHaveLength(8);
  });

  it('carry the prefix of the installation', () => {
    expect(topicPlans({ prefix: 'blue.' }).every(({ topic }) => topic.startsWith('blue.llm.'))).toBe(true);
  });

  it('keep users\' text for a day and an hour at most, what was decided for a week, and of the state the newest', () => {
    for (const name of ['llm.spans', 'llm.calls', 'llm.judge-requests']) expect(Number(plan(name).config.get('retention.ms')) + Number(plan(name).config.get('segment.ms'))).toBe(25 * 3_600_000);
    expect(plan('llm.evidence').config.get('retention.ms')).toBe(String(7 * 24 * 3_600_000));
    expect(plan('llm.state').config.get('cleanup.policy')).toBe('compact');
    expect(plan('llm.state').config.has('retention.ms')).toBe(false);
    expect(Number(plan('llm.checkpoints').config.get('retention.ms')), 'as long as what is folded from them').toBeGreaterThan(Number(plan('llm.evidence').config.get('retention.ms')));
  });

  it('take a request of 20 MiB, and have segments that hold one', () => {
    expect(LARGEST_BATCH_BYTES).toBeGreaterThan(20 * 1024 * 1024 + 512 * 1024);
    for (const { config } of topicPlans()) expect(Number(config.get('segment.bytes'))).toBeGreaterThan(Number(config.get('max.message.bytes')));
  });

  it('have three copies where there are three brokers, of which two must agree', () => {
    expect([1, 2, 3, 7].map(replicationFactorFor)).toEqual([1, 1, 3, 3]);
    expect(expectedConfig(plan('llm.spans'), 3).get('min.insync.replicas')).toBe('2');
    expect(expectedConfig(plan('llm.spans'), 1).get('min.insync.replicas')).toBe('1');
  });
});

describe('differences', () => {
  const differences = (name: string, actual: { partitions?: number; replicationFactor?: number; config?: ReadonlyMap<string, string> }, asked?: number): readonly TopicDifference[] => {
    const wanted = plan(name, asked === undefined ? {} : { partitions: asked });
    const found = { partitions: wanted.partitions, replicationFactor: 1, config: expectedConfig(wanted, 1), ownConfig: new Map(), ...actual };
    return topicDifferences([{ plan: wanted, replicationFactor: 1, partitionsAsked: asked !== undefined }], new Map([[name, found]]));
  };

  it('are none of a topic as it should be', () => {
    expect(differences('llm.evidence', {})).toEqual([]);
  });

  it('leave an existing topic its number of partitions, unless another was asked for', () => {
    expect(differences('llm.evidence', { partitions: 12 })).toEqual([]);
    expect(differences('llm.evidence', { partitions: 12 }, 6)).toMatchObject([{ kind: 'partitions', expected: 6, actual: 12 }]);
  });

  it('tell of a second partition where there may be one leader', () => {
    expect(differences('llm.proposals', { partitions: 2 })).toMatchObject([{ kind: 'partitions', expected: 1, actual: 2, fix: expect.stringContaining('more than one leader') }]);
  });

  it('tell of each setting that differs, and of copies that are missing, but not of more copies', () => {
    const config = new Map([...expectedConfig(plan('llm.spans'), 1), ['retention.ms', '1000']]);
    expect(differences('llm.spans', { config })).toMatchObject([{ kind: 'config', name: 'retention.ms', expected: '86400000', actual: '1000' }]);
    expect(differences('llm.spans', { replicationFactor: 0 })).toContainEqual(expect.objectContaining({ kind: 'replication', expected: 1, actual: 0 }));
    expect(differences('llm.spans', { replicationFactor: 3 }).filter(({ kind }) => kind === 'replication')).toEqual([]);
  });
});
