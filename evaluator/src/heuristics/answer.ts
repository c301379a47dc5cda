import type { FinishReason } from '@understudy/contracts/call';

/** What the heuristics of content look at: the answer of a call that did not fail. */
export interface Answer {
  /** Undefined when the sender does not capture content. */
  readonly text: string | undefined;
  readonly finishReason: FinishReason;
  readonly hasToolCalls: boolean;
  readonly outputTokens: number | undefined;
  readonly durationMs: number | undefined;
  readonly costUsd: number | undefined;
}
