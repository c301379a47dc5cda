import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { type ServedPartitions, servePartitions } from '@understudy/evaluator/roles/serve-partitions';
import type { EventLog } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const TOPIC = TOPICS.calls.name;
const PARTITIONS = [0, 1, 2, 3];
let directory: string;
let log: EventLog;
let served: ServedPartitions[] = [];
let left = false;
let assign: (partitions: readonly number[]) => void = () => undefined;
const said: string[] = [];
/** Partition and value of every record that was handled, in order. */
const seen: string[] = [];

/** The log as it is, with a group whose members are the test's to choose. */
function shared(): EventLog {
  const handler: ProxyHandler<EventLog> = {
    get(target, name) {
      if (name === 'subscribe') {
        return async (_group: string, _topic: string, onAssigned: (partitions: readonly number[]) => void) => {
          assign = onAssigned;
          return { healthy: () => true, leave: async () => { left = true; } };
        };
      }
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  };
  return new Proxy(log, handler);
}

function serve(on: EventLog, lost: (partition: number) => void = () => undefined): ServedPartitions {
  const serving = servePartitions({
    log: on, group: 'tester', topic: TOPIC, say: (text) => said.push(text),
    role: (partition) => ({
      onLost: () => lost(partition),
      prepare: () => ({ records }) => {
        seen.push(...records.map(({ value }) => `${partition}:${Buffer.from(value).toString()}`));
        return { outputs: [] };
      },
    }),
  });
  served.push(serving);
  return serving;
}

const append = (partition: number, text: string) => log.append([{ topic: TOPIC, partition, value: Buffer.from(text) }]);
const partitionsOf = (serving: ServedPartitions) => serving.roles().map(({ partition }) => partition);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-serve-'));
  log = openSqliteLog({ directory });
  served = [];
  left = false;
  said.length = 0;
  seen.length = 0;
});

afterEach(async () => {
  for (const serving of served) await serving.stop();
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

it('serves every partition where it is alone', async () => {
  const serving = serve(log);
  for (const partition of PARTITIONS) await append(partition, 'x');
  await vi.waitFor(() => expect(seen.toSorted()).toEqual(PARTITIONS.map((partition) => `${partition}:x`)));
  expect(serving.trouble()).toBeUndefined();
});

it('gives up what another member is to serve, and begins what is newly its own', async () => {
  const lost: number[] = [];
  const serving = serve(shared(), (partition) => lost.push(partition));
  await vi.waitFor(() => expect(serving.trouble()).toContain('has no place in its group'));
  assign([0, 1]);
  await vi.waitFor(() => expect(partitionsOf(serving)).toEqual([0, 1]));
  expect(serving.trouble()).toBeUndefined();
  assign([1, 2]);
  expect(partitionsOf(serving)).toEqual([1, 2]);
  await vi.waitFor(() => expect(lost).toContain(0));
  for (const partition of PARTITIONS) await append(partition, 'x');
  await vi.waitFor(() => expect(seen.toSorted()).toEqual(['1:x', '2:x']));
});

it('does not take back a partition that another process has taken, until it is told again that it is its own', async () => {
  const serving = serve(shared());
  assign([0]);
  // A change of others, before: it says nothing of what comes after.
  assign([0]);
  await append(0, 'one');
  await vi.waitFor(() => expect(seen).toEqual(['0:one']));
  const other = await log.acquire('tester', TOPIC, 0);
  await append(0, 'two');
  await vi.waitFor(() => expect(serving.roles()[0]?.counters.fenced).toBe(1));
  expect(await other.step(() => ({ outputs: [] }))).toMatchObject({ kind: 'committed' });
  await append(0, 'three');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(seen).toEqual(['0:one']);
  assign([0]);
  await vi.waitFor(() => expect(seen).toEqual(['0:one', '0:three']));
  expect(await other.step(() => ({ outputs: [] }))).toEqual({ kind: 'fenced' });
  expect(said, 'a change of owners is nothing to be told of').toEqual([]);
});

it('counts what it did, and names a partition whose steps fail', async () => {
  const serving = servePartitions({
    log, group: 'tester', topic: TOPIC, say: (text) => said.push(text),
    role: (partition) => ({
      prepare: () => () => {
        if (partition === 3) throw new Error('no');
        return { outputs: [] };
      },
    }),
  });
  served.push(serving);
  for (const partition of PARTITIONS) await append(partition, 'x');
  await vi.waitFor(() => expect(serving.trouble()).toBe(`tester fails on ${TOPIC} 3`));
  await vi.waitFor(() => expect(serving.roles().map(({ counters }) => [counters.steps, counters.records])).toEqual([[1, 1], [1, 1], [1, 1], [0, 0]]));
});

it('leaves its group within a moment though a step does not end, so that others can take over', async () => {
  let release: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => { release = resolve; });
  const serving = servePartitions({
    log: shared(), group: 'tester', topic: TOPIC, say: (text) => said.push(text),
    role: () => ({ prepare: () => async () => {
      seen.push('begun');
      await hanging;
      return { outputs: [] };
    } }),
  });
  assign([0]);
  await append(0, 'x');
  await vi.waitFor(() => expect(seen).toEqual(['begun']));
  const stopped = serving.stop();
  await vi.waitFor(() => expect(left).toBe(true), { timeout: 5_000 });
  release();
  await stopped;
});
