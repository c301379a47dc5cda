import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOPICS } from '@understudy/contracts/topics';
import { type RoleOptions, type RunningRole, runRole } from '@understudy/evaluator/roles/run-role';
import type { EventLog, StepInput } from '@understudy/log/event-log';
import { openSqliteLog } from '@understudy/log/sqlite/sqlite-log';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const TOPIC = TOPICS.overrides.name;
let directory: string;
let log: EventLog;
let role: RunningRole | undefined;
const said: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-role-'));
  log = openSqliteLog({ directory });
  said.length = 0;
});

afterEach(async () => {
  await role?.stop();
  await log.close();
  rmSync(directory, { recursive: true, force: true });
});

function start(prepare: RoleOptions['prepare'], rest: Partial<RoleOptions> = {}): void {
  role = runRole({ log, group: 'tester', topic: TOPIC, partition: 0, say: (text) => said.push(text), prepare, ...rest });
}

const append = (text: string) => log.append([{ topic: TOPIC, partition: 0, value: Buffer.from(text) }]);
const textsOf = (input: StepInput) => input.records.map((record) => Buffer.from(record.value).toString());

it('steps as soon as something was appended', async () => {
  const seen: string[] = [];
  start(() => (input) => {
    seen.push(...textsOf(input));
    return { outputs: [] };
  });
  await append('one');
  await vi.waitFor(() => expect(seen).toEqual(['one']));
  await append('two');
  await vi.waitFor(() => expect(seen).toEqual(['one', 'two']));
});

it('begins again from the last commit, with a handler made anew, after a step that failed', async () => {
  const seen: string[] = [];
  let failures = 2;
  let prepared = 0;
  start((stored) => {
    prepared += 1;
    let count = Number(Buffer.from(stored.entries.get('count') ?? []).toString() || 0);
    return (input) => {
      count += input.records.length;
      if (failures-- > 0) throw new Error('the store is away');
      seen.push(...textsOf(input));
      return { outputs: [], state: new Map([['count', Buffer.from(String(count))]]) };
    };
  });
  await append('one');
  await vi.waitFor(() => expect(seen).toEqual(['one']), { timeout: 10_000 });
  expect(prepared).toBe(3);
  expect(role?.healthy()).toBe(true);
  expect(Buffer.from((await log.readState('tester', TOPIC, 0))?.entries.get('count') ?? []).toString()).toBe('1');
  expect(said[0]).toContain('the store is away; trying again from the last commit');
});

it('is unhealthy while its steps fail', async () => {
  start(() => () => {
    throw new Error('no');
  });
  await append('one');
  await vi.waitFor(() => expect(role?.healthy()).toBe(false));
});

it('steps without records when it is driven by time', async () => {
  let steps = 0;
  start(() => () => {
    steps += 1;
    return { outputs: [] };
  }, { everyMs: 20 });
  await vi.waitFor(() => expect(steps).toBeGreaterThan(3));
});

it('gathers what comes within its time into one step', async () => {
  const batches: number[] = [];
  start(() => (input) => {
    batches.push(input.records.length);
    return { outputs: [] };
  }, { gatherMs: 400 });
  await append('first');
  await vi.waitFor(() => expect(batches).toEqual([1]));
  for (let index = 0; index < 20; index++) await append(String(index));
  await vi.waitFor(() => expect(batches.reduce((sum, size) => sum + size, 0)).toBe(21));
  expect(batches).toHaveLength(2);
});

it('stops at once also while it waits, and commits nothing afterwards', async () => {
  start(() => () => ({ outputs: [] }), { gatherMs: 60_000 });
  await append('one');
  await vi.waitFor(async () => expect((await log.readState('tester', TOPIC, 0))?.nextOffset).toBe(1));
  await role?.stop();
  await append('two');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await log.readState('tester', TOPIC, 0))?.nextOffset).toBe(1);
});
