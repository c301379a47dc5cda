import { setImmediate } from 'node:timers/promises';
import { evidenceSchema, type JudgeHealthEvidence, type JudgementsEvidence } from '@understudy/contracts/evidence';
import { type JudgementRow, judgementRowSchema } from '@understudy/contracts/judgement';
import { type JudgeRequest, judgeRequestsSchema } from '@understudy/contracts/judge-request';
import { type Policy, policySchema } from '@understudy/contracts/policy';
import { partitionOf } from '@understudy/contracts/topics';
import type { LogRecord, NewRecord, StepResult, StoredState } from '@understudy/log/event-log';
import { JudgeDesk } from '../judge-desk.ts';
import { decodeJudgeState } from '../judge-state-entries.ts';
import type { JudgeState } from '../judge-state.ts';
import { type JudgeView, judgeView } from '../judge-state-view.ts';
import { ScriptedJudge } from './scripted-judge.ts';

export const T0 = Date.UTC(2026, 5, 1, 10);
const PARTITIONS = 4;
const HOME = partitionOf('default', PARTITIONS);

export function policyWith(judge: Record<string, unknown> = {}, routes: Record<string, unknown> = {}): Policy {
  return policySchema.parse({ version: 1, routes, judge: { model: 'judge-1', baseUrl: 'http://127.0.0.1:1/v1', usdPerDay: 100, controlPercent: 0, ...judge } });
}

let made = 0;
export function drawn(differing: Partial<JudgeRequest> = {}): JudgeRequest {
  const id = (made++).toString(16);
  return {
    traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0'), route: 'support', target: 'a/small', purpose: 'serve', provider: 'a', requestModel: 'small', responseModel: 'small-1',
    conversationId: '', flagged: false, sampling: { flagged: 0.5, plain: 0.1 }, drawnFor: 'sample', receivedAtMs: T0, system: '', input: 'When do you open?', output: 'At nine.', ...differing,
  };
}

/** The judge of one partition over a log in memory, whose every turn is committed or lost as the test says. */
export class DeskHarness {
  readonly judge = new ScriptedJudge();
  nowMs = T0;
  policy: Policy;
  anchorsWanted: boolean | number = false;
  random = () => 0.999;
  readonly written: NewRecord[] = [];
  readonly #records: LogRecord[] = [];
  #entries = new Map<string, Uint8Array>();
  #nextOffset = 0;
  #desk: JudgeDesk;

  constructor(policy = policyWith()) {
    this.policy = policy;
    this.#desk = this.#newDesk();
  }

  append(requests: readonly JudgeRequest[], project = 'default'): void {
    const record = judgeRequestsSchema.parse({ v: 1, project, atMs: this.nowMs, requests });
    this.#records.push({ offset: this.#records.length, key: project, value: Buffer.from(JSON.stringify(record)), appendedAtMs: this.nowMs });
  }

  appendGarbage(text: string): void {
    this.#records.push({ offset: this.#records.length, key: 'default', value: Buffer.from(text), appendedAtMs: this.nowMs });
  }

  /** One turn, 250 ms later; what was asked at once is answered when it returns. */
  async turn({ isCommitted = true, passedMs = 250 } = {}): Promise<StepResult> {
    this.nowMs += passedMs;
    const records = this.#records.slice(this.#nextOffset, this.#nextOffset + 50);
    const result = await this.#desk.turn({ partition: HOME, records, nowMs: this.nowMs });
    await setImmediate();
    if (!isCommitted) this.kill();
    else this.#commit(result, this.#nextOffset + records.length);
    return result;
  }

  async turns(count: number, passedMs = 250): Promise<void> {
    for (let turn = 0; turn < count; turn++) await this.turn({ passedMs });
  }

  /** What was not committed is gone, and so are the asks under way. */
  kill(): void {
    this.#desk.end();
    this.#desk = this.#newDesk();
  }

  state(): JudgeState {
    return decodeJudgeState(this.#stored());
  }

  view(): JudgeView {
    return judgeView(this.state(), this.nowMs);
  }

  rows(): JudgementRow[] {
    return this.written.filter(({ topic }) => topic === 'llm.judgements').flatMap(({ value }) => Buffer.from(value).toString().trimEnd().split('\n').map((line) => judgementRowSchema.parse(JSON.parse(line))));
  }

  /** Outcome (with its reason, unless judged) → how many. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { outcome, reason } of this.rows()) {
      const name = outcome === 'judged' ? outcome : `${outcome}: ${reason}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  judgements(): JudgementsEvidence[] {
    return this.#evidence().filter((evidence) => evidence.kind === 'judgements');
  }

  /** As told to one of the partitions. */
  health(): JudgeHealthEvidence[] {
    return this.#evidence(0).filter((evidence) => evidence.kind === 'judge');
  }

  #evidence(partition?: number) {
    return this.written.filter((record) => record.topic === 'llm.evidence' && (partition === undefined || record.partition === partition)).map(({ value }) => evidenceSchema.parse(JSON.parse(Buffer.from(value).toString())));
  }

  #commit({ outputs, state }: StepResult, nextOffset: number): void {
    this.written.push(...outputs);
    this.#nextOffset = nextOffset;
    for (const [key, value] of state ?? []) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value);
    }
  }

  #stored(): StoredState {
    return { entries: new Map(this.#entries), nextOffset: this.#nextOffset };
  }

  #newDesk(): JudgeDesk {
    const log = {
      partitionCount: () => PARTITIONS,
      read: async (_topic: unknown, _partition: number, from: number, limits?: { maxRecords?: number }) => ({ records: this.#records.slice(from, from + (limits?.maxRecords ?? 100)), firstOffset: 0, endOffset: this.#records.length }),
    };
    return new JudgeDesk(log, this.#stored(), { policy: () => this.policy, judge: () => this.judge, anchorsWanted: () => this.anchorsWanted, random: () => this.random() });
  }
}
