import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import type { EventLog, PartitionOwnership, StepOutcome, StepResult } from '../event-log.ts';
import { bytes, CALLS, type CreateStorage, EVIDENCE, expectLag, type LogStorage, readAll, text, texts } from './log-storage.ts';

/** Where the random operations happen: two groups on two partitions, through two openings of the log. */
const GROUPS = ['one', 'two'] as const;
const PARTITIONS = [0, 1] as const;

interface Place {
  readonly group: (typeof GROUPS)[number];
  readonly partition: (typeof PARTITIONS)[number];
}

interface StepPlan extends Place {
  readonly maxRecords: number;
  /** The handler fails instead of answering. */
  readonly fails: boolean;
  /** Another owner takes the partition while the handler works. */
  readonly overtaken: boolean;
  readonly change: { readonly key: string; readonly removes: boolean };
}

type Operation =
  | { readonly kind: 'append'; readonly partition: (typeof PARTITIONS)[number]; readonly count: number }
  | ({ readonly kind: 'acquire'; readonly opening: 0 | 1 } & Place)
  | ({ readonly kind: 'release' } & Place)
  | ({ readonly kind: 'step' } & StepPlan)
  | { readonly kind: 'retain'; readonly advanceMs: number }
  | { readonly kind: 'reopen' };

const place = { group: fc.constantFrom(...GROUPS), partition: fc.constantFrom(...PARTITIONS) };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append' as const), partition: place.partition, count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('acquire' as const), opening: fc.constantFrom(0 as const, 1 as const), ...place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const), ...place }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      ...place,
      maxRecords: fc.integer({ min: 1, max: 5 }),
      fails: fc.boolean(),
      overtaken: fc.boolean(),
      change: fc.record({ key: fc.constantFrom('x', 'y', 'ζ'), removes: fc.boolean() }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retain' as const), advanceMs: fc.integer({ min: 0, max: 20 * 3_600_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

/** What a log is: lists of records, and for each reader how many it has read, its state and whose it is. */
class ReaderModel {
  read = 0;
  readonly state = new Map<string, string>();
  owner: PartitionOwnership | undefined;
  fenced: PartitionOwnership[] = [];
}

class Comparison {
  readonly #storage: LogStorage;
  #openings: EventLog[] = [];
  readonly #inputs = PARTITIONS.map((): string[] => []);
  readonly #outputs: string[] = [];
  readonly #readers = new Map<string, ReaderModel>();
  #written = 0;

  constructor(storage: LogStorage) {
    this.#storage = storage;
  }

  async run(operations: readonly Operation[]): Promise<void> {
    await this.#open();
    for (const next of operations) await this.#apply(next);
    await this.#compare();
  }

  async #apply(next: Operation): Promise<void> {
    if (next.kind === 'append') return this.#append(next.partition, next.count);
    if (next.kind === 'acquire') return this.#acquire(next, next.opening);
    if (next.kind === 'release') return this.#release(next);
    if (next.kind === 'step') return this.#step(next);
    if (next.kind === 'reopen') return this.#reopen();
    this.#storage.advance?.(next.advanceMs);
    await this.#log(0).retain();
  }

  async #open(): Promise<void> {
    this.#openings = [await this.#storage.open(), await this.#storage.open()];
  }

  async #reopen(): Promise<void> {
    for (const log of this.#openings) await log.close();
    for (const reader of this.#readers.values()) {
      reader.owner = undefined;
      reader.fenced = [];
    }
    await this.#open();
  }

  #log(opening: 0 | 1): EventLog {
    const log = this.#openings[opening];
    if (log === undefined) throw new Error('the log is not open');
    return log;
  }

  #reader(at: Place): ReaderModel {
    const name = `${at.group}/${at.partition}`;
    const reader = this.#readers.get(name) ?? new ReaderModel();
    this.#readers.set(name, reader);
    return reader;
  }

  #input(partition: number): string[] {
    return this.#inputs[partition] ?? [];
  }

  async #append(partition: number, count: number): Promise<void> {
    const values = Array.from({ length: count }, () => String(this.#written++));
    const outcome = await this.#log(0).append(values.map((value) => ({ topic: EVIDENCE, partition, value: bytes(value) })));
    expect(outcome).toMatchObject({ kind: 'appended' });
    this.#input(partition).push(...values);
  }

  async #acquire(at: Place, opening: 0 | 1): Promise<void> {
    const reader = this.#reader(at);
    if (reader.owner !== undefined) reader.fenced.push(reader.owner);
    reader.owner = await this.#log(opening).acquire(at.group, EVIDENCE, at.partition);
    expect(new Map([...reader.owner.stored.entries].map(([key, value]) => [key, text(value)]))).toEqual(reader.state);
  }

  async #release(at: Place): Promise<void> {
    const reader = this.#reader(at);
    if (reader.owner === undefined) return;
    await reader.owner.release();
    reader.fenced.push(reader.owner);
    reader.owner = undefined;
  }

  async #step(plan: StepPlan): Promise<void> {
    const reader = this.#reader(plan);
    for (const fenced of reader.fenced) expect(await fenced.step(() => ({ outputs: [{ topic: CALLS, partition: 0, value: bytes('of a fenced owner') }] }), { allowEmpty: true })).toEqual({ kind: 'fenced' });
    if (reader.owner === undefined) return;
    let handed: string[] = [];
    const owner = reader.owner;
    const outcome = await this.#outcomeOf(plan, owner, (values) => {
      handed = values;
    });
    const unread = this.#input(plan.partition).slice(reader.read);
    expect(handed).toEqual(unread.slice(0, handed.length));
    expect(handed.length).toBeLessThanOrEqual(plan.maxRecords);
    if (unread.length > 0) expect(handed.length).toBeGreaterThan(0);
    this.#expectOutcome(plan, reader, handed, outcome);
  }

  async #outcomeOf(plan: StepPlan, owner: PartitionOwnership, see: (values: string[]) => void): Promise<StepOutcome | 'failed'> {
    try {
      return await owner.step(
        async ({ records }) => {
          see(texts(records));
          if (plan.overtaken) await this.#acquire(plan, 1);
          if (plan.fails) throw new Error('as planned');
          return resultOf(plan, texts(records));
        },
        { maxRecords: plan.maxRecords },
      );
    } catch (error) {
      expect(error).toMatchObject({ message: 'as planned' });
      return 'failed';
    }
  }

  #expectOutcome(plan: StepPlan, reader: ReaderModel, handed: readonly string[], outcome: StepOutcome | 'failed'): void {
    expect(outcome === 'failed' ? outcome : outcome.kind).toBe(expectedOutcome(plan, handed.length));
    if (handed.length === 0 || plan.fails || plan.overtaken) return;
    reader.read += handed.length;
    this.#outputs.push(...handed.map((value) => outputOf(plan, value)));
    if (plan.change.removes) reader.state.delete(plan.change.key);
    else reader.state.set(plan.change.key, handed.join());
  }

  async #compare(): Promise<void> {
    const log = this.#log(1);
    // What another opening has just committed may be seen a moment later.
    await vi.waitFor(async () => expect(texts(await readAll(log, CALLS, 0))).toEqual(this.#outputs), { timeout: 5_000 });
    for (const group of GROUPS) await expectLag(log, group, EVIDENCE, await this.#unread(group, log));
    for (const partition of PARTITIONS) {
      const kept = texts(await readAll(log, EVIDENCE, partition));
      expect(kept, 'what is kept is the end of what was written').toEqual(this.#input(partition).slice(this.#input(partition).length - kept.length));
    }
  }

  /** A group that never came finds what is still kept. */
  async #unread(group: Place['group'], log: EventLog): Promise<number> {
    const counts = PARTITIONS.map(async (partition) => {
      const unread = this.#input(partition).length - (this.#readers.get(`${group}/${partition}`)?.read ?? 0);
      return Math.min(unread, (await readAll(log, EVIDENCE, partition)).length);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
}

function expectedOutcome(plan: StepPlan, handed: number): string {
  if (handed === 0) return 'idle';
  if (plan.fails) return 'failed';
  return plan.overtaken ? 'fenced' : 'committed';
}

function outputOf(plan: StepPlan, value: string): string {
  return `${plan.group}/${plan.partition}:${value}`;
}

function resultOf(plan: StepPlan, values: readonly string[]): StepResult {
  return {
    outputs: values.map((value) => ({ topic: CALLS, partition: 0, value: bytes(outputOf(plan, value)) })),
    state: new Map([[plan.change.key, plan.change.removes ? undefined : bytes(values.join())]]),
  };
}

export function describeRandomInterleavings(create: CreateStorage, runs: number): void {
  it('does what a plain list in memory does, in any order of operations', async () => {
    const property = fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 40 }), async (operations) => {
      const storage = await create();
      try {
        await new Comparison(storage).run(operations);
      } finally {
        await storage.destroy();
      }
    });
    await fc.assert(property, { numRuns: runs });
  }, 240_000);
}
