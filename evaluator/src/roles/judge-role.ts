import { randomBytes } from 'node:crypto';
import type { Policy } from '@understudy/contracts/policy';
import type { EventLog } from '@understudy/log/event-log';
import type { JudgedDoubts } from './judged-doubts.ts';
import { type JudgeStep, judgeStep } from './judge.ts';
import type { PartitionsOptions } from './serve-partitions.ts';

const JUDGE_TURN_MS = 250;
const NONCE_BYTES = 16;

export interface JudgeRoleOptions {
  readonly log: EventLog;
  readonly policy: () => Policy;
  readonly secretOf: (reference: string) => string;
  readonly doubts: JudgedDoubts;
  readonly now: () => number;
}

/** The judge on one partition of its requests. */
export function judgeRole({ log, policy, secretOf, doubts, now }: JudgeRoleOptions): ReturnType<PartitionsOptions['role']> {
  let judging: JudgeStep | undefined;
  return {
    everyMs: JUDGE_TURN_MS,
    async prepare(stored) {
      // Loaded where a judge is asked: the clients of the providers are half of what a process of another role would need.
      const { createJudge } = await import('../judge/create-judge.ts');
      judging = judgeStep(log, stored, {
        policy, random: Math.random, anchorsWanted: () => doubts.sinceMs() ?? false,
        judge: (judge) => createJudge(judge, { secretOf, nowMs: now, nonce: () => randomBytes(NONCE_BYTES).toString('hex') }),
      });
      return judging.step;
    },
    onLost() {
      judging?.end();
    },
  };
}
