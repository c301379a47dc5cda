import type { Evidence, Judgement, JudgementsEvidence } from '@understudy/contracts/evidence';
import type { JudgementRow } from '@understudy/contracts/judgement';
import type { JudgeRequest } from '@understudy/contracts/judge-request';
import { partitionOf, routeKey, TOPICS } from '@understudy/contracts/topics';
import type { NewRecord } from '@understudy/log/event-log';
import { jsonBytes } from '../roles/record-json.ts';
import type { JudgeOutcome } from './judge.ts';
import type { SkipReason } from './judge-state.ts';
import type { PlacedRequest } from './request-reader.ts';
import type { Rubric } from './rubric.ts';

/** Rows of one record, characters: also at three bytes each it stays below the 1 MB that brokers take by default. */
const MAX_RECORD_CHARACTERS = 300_000;

interface RouteOutput {
  readonly project: string;
  readonly route: string;
  readonly judgements: Judgement[];
  readonly lines: string[];
  characters: number;
}

/** By whom and by what a call was or would have been judged. */
export interface JudgedBy { readonly model: string; readonly rubric: Pick<Rubric, 'name' | 'version'> | undefined }
export type DrawnOutcome = JudgeOutcome | { readonly kind: 'skipped'; readonly reason: SkipReason };

/** What a turn writes: one outcome for every drawn call, as evidence and as a row. */
export class JudgeTurnOutput {
  readonly #routes = new Map<string, RouteOutput[]>();
  readonly #others: NewRecord[] = [];
  readonly #nowMs: number;
  readonly #evidencePartitions: number;

  constructor(nowMs: number, evidencePartitions: number) {
    this.#nowMs = nowMs;
    this.#evidencePartitions = evidencePartitions;
  }

  addOutcome({ project, request }: PlacedRequest, outcome: DrawnOutcome, by: JudgedBy): void {
    const line = `${JSON.stringify(judgementRow(project, request, outcome, by, this.#nowMs))}\n`;
    const output = this.#outputFor(project, request.route, line.length);
    output.characters += line.length;
    output.lines.push(line);
    const { traceId, spanId, target, purpose, flagged, sampling } = request;
    output.judgements.push({ traceId, spanId, target, purpose, flagged, sampling, outcome: evidenceOutcome(outcome) });
  }

  addToAll(evidence: Evidence): void {
    const value = jsonBytes(evidence);
    for (let partition = 0; partition < this.#evidencePartitions; partition++) this.#others.push({ topic: TOPICS.evidence.name, partition, value });
  }

  add(record: NewRecord): void {
    this.#others.push(record);
  }

  records(): NewRecord[] {
    return [...[...this.#routes.values()].flat().flatMap((output) => this.#recordsOf(output)), ...this.#others];
  }

  #recordsOf({ project, route, judgements, lines }: RouteOutput): NewRecord[] {
    const key = routeKey(project, route);
    const evidence: JudgementsEvidence = { kind: 'judgements', v: 1, project, route, atMs: this.#nowMs, judgements };
    return [
      { topic: TOPICS.evidence.name, partition: partitionOf(key, this.#evidencePartitions), value: jsonBytes(evidence) },
      { topic: TOPICS.judgements.name, key, value: Buffer.from(lines.join('')) },
    ];
  }

  #outputFor(project: string, route: string, characters: number): RouteOutput {
    const key = JSON.stringify([project, route]);
    const outputs = this.#routes.get(key) ?? [];
    this.#routes.set(key, outputs);
    const last = outputs.at(-1);
    if (last !== undefined && last.characters + characters <= MAX_RECORD_CHARACTERS) return last;
    const fresh: RouteOutput = { project, route, judgements: [], lines: [], characters: 0 };
    outputs.push(fresh);
    return fresh;
  }
}

function evidenceOutcome(outcome: DrawnOutcome): Judgement['outcome'] {
  return outcome.kind === 'judged' ? { kind: 'judged', score: outcome.score } : { kind: outcome.kind, reason: outcome.reason };
}

function judgementRow(project: string, request: JudgeRequest, outcome: DrawnOutcome, { model, rubric }: JudgedBy, nowMs: number): JudgementRow {
  const judged = outcome.kind === 'judged' ? outcome : undefined;
  const asked = outcome.kind === 'skipped' ? undefined : outcome;
  return {
    project, route: request.route, target: request.target, purpose: request.purpose, trace_id: request.traceId, span_id: request.spanId,
    received_at: Math.round(request.receivedAtMs), judged_at: Math.round(nowMs), outcome: outcome.kind, reason: outcome.kind === 'judged' ? '' : outcome.reason,
    score: judged?.score ?? null, checks: { ...judged?.checks }, reasoning: judged?.reasoning ?? '',
    rubric: rubric?.name ?? '', rubric_version: rubric?.version ?? '', judge_model: model,
    judge_response_model: judged?.responseModel ?? '', judge_fingerprint: judged?.fingerprint ?? '', flagged: request.flagged,
    probability: request.flagged ? request.sampling.flagged : request.sampling.plain, drawn_for: request.drawnFor,
    cost_usd: asked?.costUsd ?? null, duration_ms: asked?.durationMs ?? null, cached: judged?.cached ?? false,
  };
}
