import type { CallRow } from '@understudy/contracts/call';
import type { CallScore, Sampling, ScoresEvidence } from '@understudy/contracts/evidence';
import type { JudgeRequest } from '@understudy/contracts/judge-request';
import { inflate } from '@understudy/contracts/otlp/inflate';
import { readSpans } from '@understudy/contracts/otlp/span-reader';
import { DEFAULT_POLICY, type Policy, routePolicyOf } from '@understudy/contracts/policy';
import { routeKey, TOPICS } from '@understudy/contracts/topics';
import type { LogRecord, NewRecord, StepHandler } from '@understudy/log/event-log';
import type { Heuristic } from '../heuristics/heuristic.ts';
import { scoreCall } from '../heuristics/score-call.ts';
import { ValueMemory } from '../heuristics/value-memory.ts';
import { factsOfCall } from '../normalise/call-facts.ts';
import { type Call, callFromSpan } from '../normalise/call-from-span.ts';
import { costOfCall, type PriceBook } from '../pricing/price-call.ts';
import type { Sampler } from '../sampling/follow-doubt.ts';
import { judgeRequest, judgeRequestRecords } from '../sampling/judge-requests.ts';
import type { CallDraw, GroupDraws } from '../sampling/sampling-session.ts';
import { callRow } from './call-row.ts';
import { deadLetter } from './dead-letter.ts';

/** Inflated size of one record that is still read, bytes; the collector accepts no more. */
const MAX_INFLATED_BYTES = 20 * 1024 * 1024;

/** Rows of one record, characters: also at three bytes each it stays below the 1 MB that brokers take by default. */
const MAX_BATCH_CHARACTERS = 300_000;

/** Calls of one route, from versions of the application that declare the same order and judged by the same plan, that go into one record each: their rows, and their numbers as evidence. */
interface RouteBatch {
  readonly project: string;
  readonly route: string;
  readonly targets: readonly string[];
  readonly sampling: Sampling | undefined;
  readonly lines: string[];
  readonly scores: CallScore[];
  characters: number;
}

export interface ScoreParts {
  readonly prices: PriceBook;
  /** Chooses what is judged; without one nothing is. */
  readonly sampler?: Sampler | undefined;
  /** The policy in force, for what it expects of a route's answers. */
  readonly policy?: (() => Policy) | undefined;
  /** The heuristics of the policy. */
  readonly custom?: (() => readonly Heuristic[]) | undefined;
}

/** What a step makes of the records of one receive time. */
interface Group {
  readonly prices: PriceBook;
  readonly policy: Policy;
  readonly custom: readonly Heuristic[] | undefined;
  readonly memory: ValueMemory;
  readonly atMs: number;
  readonly draws: GroupDraws | undefined;
  readonly routes: Map<string, RouteBatch[]>;
  /** By project. */
  readonly requests: Map<string, JudgeRequest[]>;
}

/** The score role: spans in; rows, numbers and what is to be judged out. A record that cannot be read goes to the dead letters, not in the way of the others. */
export function scoreStep(parts: ScoreParts): StepHandler {
  const session = parts.sampler?.openSession();
  const memory = new ValueMemory();
  return ({ records, partition }) => {
    session?.beginStep();
    const context = { prices: parts.prices, policy: parts.policy?.() ?? DEFAULT_POLICY, custom: parts.custom?.(), memory };
    const outputs = byReceiveTime(records).flatMap((received) => {
      const atMs = received[0]?.appendedAtMs ?? 0;
      return scoreGroup(received, partition, { ...context, atMs, draws: session?.openGroup(atMs), routes: new Map(), requests: new Map() });
    });
    return { outputs };
  };
}

function scoreGroup(records: readonly LogRecord[], partition: number, group: Group): NewRecord[] {
  const outputs: NewRecord[] = [];
  for (const record of records) {
    const failure = scoreRecord(record, group);
    if (failure !== undefined) outputs.push(deadLetter({ topic: TOPICS.spans.name, partition, offset: record.offset, errorClass: failure, attempts: 1, bytes: record.value.length }));
  }
  group.draws?.close();
  for (const batches of group.routes.values()) {
    for (const batch of batches) outputs.push(...batchRecords(batch, group.atMs));
  }
  for (const [project, requests] of group.requests) outputs.push(...judgeRequestRecords(project, requests, group.atMs));
  return outputs;
}

/** Records that were received in the same second make one evidence record: decide's time stays fine enough, its records few. */
function byReceiveTime(records: readonly LogRecord[]): LogRecord[][] {
  const groups: LogRecord[][] = [];
  for (const record of records) {
    const last = groups.at(-1);
    if (last?.[0] !== undefined && record.appendedAtMs - last[0].appendedAtMs < 1_000) last.push(record);
    else groups.push([record]);
  }
  return groups;
}

function scoreRecord(record: LogRecord, group: Group): string | undefined {
  try {
    for (const span of readSpans(inflate(record.value, MAX_INFLATED_BYTES))) {
      const call = callFromSpan(span);
      if (call !== undefined) addCall(call, record.appendedAtMs, group);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : 'unknown';
  }
}

function addCall(call: Call, receivedAtMs: number, group: Group): void {
  // The plan comes first: it must not know the call.
  const plan = group.draws?.planOf(call);
  const costUsd = costOfCall(group.prices, call);
  const { signals, flags } = scoreCall(factsOfCall(call, costUsd), { expect: routePolicyOf(group.policy, call.route).expect, memory: group.memory, custom: group.custom });
  const draw = plan === undefined ? undefined : group.draws?.draw(call, signals, plan);
  const line = JSON.stringify(callRow(call, signals, flags, costUsd, receivedAtMs) satisfies CallRow);
  const batch = batchFor(call, line.length, plan?.sampling, group.routes);
  batch.characters += line.length;
  batch.lines.push(line);
  batch.scores.push(scoreOf(call, signals, draw));
  if (plan !== undefined && draw?.drawn === true) requestsOf(group, call.project).push(judgeRequest(call, draw.flagged, plan, receivedAtMs));
}

function scoreOf(call: Call, signals: CallScore['signals'], draw: CallDraw | undefined): CallScore {
  const score: CallScore = { traceId: call.traceId, spanId: call.spanId, target: call.target, purpose: call.purpose, ...(call.instanceId === undefined ? {} : { instanceId: call.instanceId }), signals };
  if (draw !== undefined) score.draw = draw;
  return score;
}

function requestsOf({ requests }: Group, project: string): JudgeRequest[] {
  const found = requests.get(project) ?? [];
  requests.set(project, found);
  return found;
}

function batchFor(call: Call, characters: number, sampling: Sampling | undefined, routes: Map<string, RouteBatch[]>): RouteBatch {
  // Names may hold any character: only JSON keeps them apart.
  const key = JSON.stringify([call.project, call.route, call.targets, sampling?.flagged, sampling?.plain]);
  const batches = routes.get(key) ?? [];
  routes.set(key, batches);
  const last = batches.at(-1);
  if (last !== undefined && last.characters + characters <= MAX_BATCH_CHARACTERS) return last;
  const fresh: RouteBatch = { project: call.project, route: call.route, targets: call.targets, sampling, lines: [], scores: [], characters: 0 };
  batches.push(fresh);
  return fresh;
}

/** Written line by line: joining them first makes one more large text, which costs 6 µs a call of 4 KB. */
function linesAsBytes(lines: readonly string[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0));
  let at = 0;
  for (const line of lines) {
    at += bytes.write(line, at);
    bytes[at++] = 0x0a;
  }
  return bytes;
}

function batchRecords(batch: RouteBatch, atMs: number): NewRecord[] {
  const key = routeKey(batch.project, batch.route);
  const evidence: ScoresEvidence = { kind: 'scores', v: 1, project: batch.project, route: batch.route, atMs, targets: [...batch.targets], scores: batch.scores, ...(batch.sampling === undefined ? {} : { sampling: batch.sampling }) };
  return [
    { topic: TOPICS.calls.name, key, value: linesAsBytes(batch.lines) },
    { topic: TOPICS.evidence.name, key, value: Buffer.from(JSON.stringify(evidence)) },
  ];
}
