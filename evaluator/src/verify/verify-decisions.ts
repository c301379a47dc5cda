import { isDeepStrictEqual } from 'node:util';
import { type DecisionRow, decisionRowSchema } from '@understudy/contracts/decision';
import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog, LogRecord } from '@understudy/log/event-log';
import { decodeState } from '../policy/decide-state-entries.ts';
import { foldRecord, seenCallsBefore } from '../roles/decide.ts';
import { DECIDE_GROUP } from '../roles/groups.ts';
import { readRange } from '../roles/read-range.ts';
import { parseJson } from '../roles/record-json.ts';
import { compareStates } from './compare-states.ts';

export interface Verification {
  /** Decisions that were compared. */
  readonly decisions: number;
  /** One line each. */
  readonly differences: readonly string[];
}

/** Folds the stored evidence again, from the oldest kept checkpoint up to what decide has committed, and compares every decision and, at its end, the state. Reads only. */
export async function verifyDecisions(log: Pick<EventLog, 'read' | 'offsetAt' | 'readState' | 'readCheckpoint' | 'partitionCount'>): Promise<Verification> {
  const topic = TOPICS.evidence.name;
  const folded = new Map<string, DecisionRow>();
  const ranges: { from: number; to: number }[] = [];
  const differences: string[] = [];
  for (let partition = 0; partition < log.partitionCount(topic); partition++) {
    const committed = await log.readState(DECIDE_GROUP, topic, partition);
    const to = committed?.nextOffset ?? 0;
    const checkpoint = await log.readCheckpoint(DECIDE_GROUP, topic, partition);
    const from = checkpoint?.nextOffset ?? 0;
    const state = decodeState(checkpoint?.entries ?? new Map());
    const seen = await seenCallsBefore(log, partition, from);
    ranges.push({ from, to });
    for await (const record of readRange(log, topic, partition, from, to)) {
      for (const decision of foldRecord(state, record, partition, seen)?.decisions ?? []) folded.set(decision.decision_id, decision);
    }
    if (committed !== undefined) differences.push(...compareStates(decodeState(committed.entries), state).map((difference) => `${topic}/${partition}: ${difference}`));
  }
  const compared = compare(folded, await storedDecisions(log, ranges));
  return { decisions: compared.decisions, differences: [...differences, ...compared.differences] };
}

interface Stored {
  readonly decisions: Map<string, DecisionRow>;
  /** Decisions before this time may have been forgotten. */
  readonly completeFromMs: number;
  /** One text for each record with a line that is no decision. */
  readonly unreadable: readonly string[];
}

async function storedDecisions(log: Pick<EventLog, 'read' | 'partitionCount'>, ranges: readonly { from: number; to: number }[]): Promise<Stored> {
  const topic = TOPICS.decisions.name;
  const decisions = new Map<string, DecisionRow>();
  const unreadable: string[] = [];
  let completeFromMs = Number.NEGATIVE_INFINITY;
  for (let partition = 0; partition < log.partitionCount(topic); partition++) {
    const { firstOffset, records: first } = await log.read(topic, partition, 0, { maxRecords: 1 });
    if (firstOffset > 0) completeFromMs = Math.max(completeFromMs, first[0]?.appendedAtMs ?? Number.POSITIVE_INFINITY);
    for await (const record of readRange(log, topic, partition, 0)) {
      const { readable, bad } = decisionsIn(record);
      for (const decision of readable.filter((each) => isWithin(each, ranges))) decisions.set(decision.decision_id, decision);
      if (bad) unreadable.push(`${topic}/${partition} holds a line that is no decision, at offset ${record.offset}`);
    }
  }
  return { decisions, completeFromMs, unreadable };
}

/** Whether the decision rests on evidence that is folded again. */
function isWithin({ evidence_partition, evidence_offset }: DecisionRow, ranges: readonly { from: number; to: number }[]): boolean {
  const range = ranges[evidence_partition];
  return range !== undefined && evidence_offset >= range.from && evidence_offset < range.to;
}

/** `bad`: a line of it is no decision. */
function decisionsIn(record: LogRecord): { readable: DecisionRow[]; bad: boolean } {
  const lines = Buffer.from(record.value).toString('utf8').split('\n').filter((line) => line !== '');
  const readable = lines.map((line) => decisionRowSchema.safeParse(parseJson(Buffer.from(line))).data).filter((decision) => decision !== undefined);
  return { readable, bad: readable.length < lines.length };
}

function compare(folded: ReadonlyMap<string, DecisionRow>, stored: Stored): Verification {
  const differences: string[] = [...stored.unreadable];
  let compared = 0;
  for (const [id, decision] of stored.decisions) {
    compared += 1;
    const again = folded.get(id);
    if (again === undefined) differences.push(`${id}: stored (${decision.reason} of ${decision.route}), but folding the evidence again does not lead to it`);
    else if (!isDeepStrictEqual(again, decision)) differences.push(`${id}: stored as ${JSON.stringify(decision)}, folded as ${JSON.stringify(again)}`);
  }
  for (const [id, decision] of folded) {
    if (!stored.decisions.has(id) && decision.at >= stored.completeFromMs) differences.push(`${id}: folding the evidence again leads to it (${decision.reason} of ${decision.route}), but it is not stored`);
  }
  return { decisions: compared, differences };
}
