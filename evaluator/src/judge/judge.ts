import type { Rubric } from './rubric.ts';

/** One answer to be judged, with what the judge may see of its request. */
export interface JudgeItem {
  readonly route: string;
  readonly rubric: Rubric;
  /** The system prompt of the judged call; empty where there was none. */
  readonly system: string;
  /** What the judged model was asked, a whole conversation if there was one. */
  readonly input: string;
  readonly output: string;
  /** Ask although the verdict on the same text is still known: for anchors, which are judged again to watch the judge. */
  readonly fresh?: boolean;
}

/** Yes and no count; na says that the check does not apply to this answer. */
export type CheckAnswer = 'yes' | 'no' | 'na';

/** Tokens of one judgement, failed attempts included. Undefined where the provider did not say. */
export interface JudgeUsage {
  readonly inputTokens: number | undefined;
  readonly cachedInputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** Why there is no verdict. `overloaded`: too many judgements waited already, nothing was asked. */
export const JUDGE_ERRORS = ['timeout', 'rate-limited', 'refused', 'unparsed', 'provider', 'unauthorised', 'unreachable', 'overloaded', 'nothing-applies'] as const;
export type JudgeErrorReason = (typeof JUDGE_ERRORS)[number];

export interface Judged {
  readonly kind: 'judged';
  /** Weighted share of yes over the checks that apply, computed here: 1 is good. */
  readonly score: number;
  readonly checks: Readonly<Record<string, CheckAnswer>>;
  readonly reasoning: string;
  /** The verdict on the same text by the same judge and rubric was still there; nothing was asked. */
  readonly cached: boolean;
  readonly responseModel: string | undefined;
  readonly fingerprint: string | undefined;
  readonly usage: JudgeUsage;
  /** 0 for a cached verdict; undefined where the price or the usage is not known. */
  readonly costUsd: number | undefined;
  readonly durationMs: number;
}

/** The text works on the judge instead of being judged: found before anything was asked, or because the judge's answer broke the rules of its own form. */
export interface JudgeExcluded { readonly kind: 'excluded'; readonly reason: string; readonly costUsd: number | undefined; readonly durationMs: number }

export interface JudgeFailed { readonly kind: 'error'; readonly reason: JudgeErrorReason; readonly retryable: boolean; readonly costUsd: number | undefined; readonly durationMs: number }

export type JudgeOutcome = Judged | JudgeExcluded | JudgeFailed;

export interface Judge {
  readonly model: string;
  /** The most that judging the item can cost in USD, its second attempt included: what to reserve before asking. Undefined where the price is not known. */
  mostCostUsd(item: JudgeItem): number | undefined;
  /** Never throws; ends by the deadline of the policy at the latest, or as soon as `abort` says (then `error: timeout`). */
  judge(item: JudgeItem, abort: AbortSignal): Promise<JudgeOutcome>;
}
