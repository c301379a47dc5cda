import type { JudgeRequest, JudgeRequests } from '@understudy/contracts/judge-request';
import { TOPICS } from '@understudy/contracts/topics';
import type { NewRecord } from '@understudy/log/event-log';
import type { Call } from '../normalise/call-from-span.ts';
import type { SamplingPlan } from './plan.ts';

/** What the judge may see of each text, characters. */
const MOST_SYSTEM = 8_000;
const MOST_INPUT = 8_000;
const MOST_OUTPUT = 16_000;
/** Characters of one record: also at three bytes each it stays below the 1 MB that brokers take by default. */
const MAX_RECORD_CHARACTERS = 300_000;

export function judgeRequest(call: Call, flagged: boolean, plan: SamplingPlan, receivedAtMs: number): JudgeRequest {
  return {
    traceId: call.traceId, spanId: call.spanId, route: call.route, target: call.target, purpose: call.purpose,
    provider: call.provider ?? '', requestModel: call.requestModel ?? '', responseModel: call.responseModel ?? '', conversationId: call.conversationId ?? '',
    flagged, sampling: plan.sampling, drawnFor: plan.drawnFor, receivedAtMs,
    system: headAndTail(call.systemText ?? '', MOST_SYSTEM), input: headAndTail(call.inputText ?? '', MOST_INPUT), output: headAndTail(call.outputText ?? '', MOST_OUTPUT),
  };
}

/** One key a project: whoever owns its partition holds the project's budget. */
export function judgeRequestRecords(project: string, requests: readonly JudgeRequest[], atMs: number): NewRecord[] {
  const records: NewRecord[] = [];
  let batch: string[] = [];
  let characters = 0;
  const finish = () => {
    if (batch.length > 0) records.push({ topic: TOPICS.judgeRequests.name, key: project, value: Buffer.from(`${headOf(project, atMs)}${batch.join(',')}]}`) });
    batch = [];
    characters = 0;
  };
  for (const request of requests) {
    const text = JSON.stringify(request);
    if (characters + text.length > MAX_RECORD_CHARACTERS) finish();
    batch.push(text);
    characters += text.length;
  }
  finish();
  return records;
}

/** All of a record up to its requests, which are turned into text once, to be counted and to be written. */
function headOf(project: string, atMs: number): string {
  const head = { v: 1, project, atMs } satisfies Omit<JudgeRequests, 'requests'>;
  return `${JSON.stringify(head).slice(0, -1)},"requests":[`;
}

/** Begin and end say more than the middle; what is missing is told. */
export function headAndTail(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 60) / 2);
  return `${text.slice(0, half)}\n[… ${text.length - 2 * half} characters are left out here …]\n${text.slice(-half)}`.toWellFormed();
}
