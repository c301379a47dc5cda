import { durationMs } from '@understudy/contracts/duration';
import type { JudgePolicy } from '@understudy/contracts/policy-judge';
import { priceBook } from '../pricing/price-call.ts';
import type { ModelAnswer } from './ask-model.ts';
import { bulkhead } from './bulkhead.ts';
import { isCopiedFromData } from './copied-verdict.ts';
import { hostileText } from './hostile-text.ts';
import type { Judge, Judged, JudgeErrorReason, JudgeExcluded, JudgeFailed, JudgeItem, JudgeOutcome, JudgeUsage } from './judge.ts';
import { addCosts, addUsage, judgePrice } from './judge-price.ts';
import { patientModel } from './patient-model.ts';
import { correctedPrompt, judgePrompt } from './prompt.ts';
import { isThinkingModel, providerModel } from './provider-model.ts';
import { type ParsedVerdict, parseVerdict, scoreOf, verdictSchema } from './verdict.ts';
import { verdictCache, verdictKey } from './verdict-cache.ts';

export interface JudgePorts {
  /** The secret behind `env:NAME` or `file:PATH`; throws an `UnderstudyError` with a fix. */
  readonly secretOf: (reference: string) => string;
  /** A fresh random text of at least 16 hex digits, for every call another. */
  readonly nonce: () => string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** A verdict of seven checks needs about 250 tokens; models that think need room for that too. The second attempt gets twice as much: a cut-off answer is the most common bad one. */
const OUTPUT_TOKENS = 1_000;
const OUTPUT_TOKENS_THINKING = 4_000;
const SECOND_ATTEMPT = 2;
const CACHED_VERDICTS = 5_000;
/** Judgements that wait, for each place. */
const WAITING_PER_PLACE = 16;
const NO_USAGE: JudgeUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
const REFUSAL = /\b(?:can(?:no|['’])?t|can not|unable to|won['’]t|not able to|decline to)\b/i;

/** What attempts at one judgement have come to. */
interface Tally { readonly usage: JudgeUsage; readonly costUsd: number | undefined }

/** The judge that the policy describes. Throws where its key cannot be read; asks nothing yet. */
export function createJudge(policy: JudgePolicy, { secretOf, nonce, nowMs }: JudgePorts): Judge {
  const apiKey = policy.apiKey === undefined ? undefined : secretOf(policy.apiKey);
  const patient = patientModel((capabilities) => providerModel(policy, apiKey, capabilities), nowMs);
  const price = judgePrice(policy, priceBook());
  const places = bulkhead(policy.concurrency, policy.concurrency * WAITING_PER_PLACE);
  const cache = verdictCache(CACHED_VERDICTS);
  const timeoutMs = durationMs(policy.timeout) ?? 0;
  const isThinking = isThinkingModel(policy);
  const firstTokens = isThinking ? OUTPUT_TOKENS_THINKING : OUTPUT_TOKENS;

  /** One answer and what it says, or why there is none. */
  const attempt = async (item: JudgeItem, callNonce: string, rejected: string | undefined, before: Tally, endsAtMs: number, signal: AbortSignal): Promise<{ kind: 'answered'; answer: ModelAnswer; parsed: ParsedVerdict; tally: Tally } | { kind: 'failed'; reason: JudgeErrorReason; retryable: boolean; tally: Tally }> => {
    const prompt = judgePrompt(item, callNonce);
    const schema = verdictSchema(item.rubric.checks);
    const question = { schema, isThinking, prompt: rejected === undefined ? prompt : correctedPrompt(prompt, rejected), maxOutputTokens: rejected === undefined ? firstTokens : firstTokens * SECOND_ATTEMPT };
    const reply = await patient.ask(question, () => endsAtMs - nowMs(), signal);
    if (reply.kind === 'failed') return { kind: 'failed', reason: reply.failure.reason, retryable: reply.failure.retryable, tally: { usage: before.usage, costUsd: addCosts(before.costUsd, reply.lostUsd) } };
    const { answer } = reply;
    const tally = { usage: addUsage(before.usage, answer.usage), costUsd: addCosts(before.costUsd, reply.lostUsd, price.costOf(answer.usage, nowMs())) };
    if (answer.finishReason === 'content-filter') return { kind: 'failed', reason: 'refused', retryable: false, tally };
    return { kind: 'answered', answer, parsed: parseVerdict(answer.text, schema, callNonce), tally };
  };

  const converse = async (item: JudgeItem, startedAtMs: number, signal: AbortSignal): Promise<JudgeOutcome> => {
    const callNonce = nonce();
    const endsAtMs = startedAtMs + timeoutMs;
    const spent = () => Math.max(0, nowMs() - startedAtMs);
    const first = await attempt(item, callNonce, undefined, { usage: NO_USAGE, costUsd: 0 }, endsAtMs, signal);
    const last = first.kind === 'answered' && first.parsed.kind === 'rejected' ? await attempt(item, callNonce, first.parsed.because, first.tally, endsAtMs, signal) : first;
    if (last.kind === 'failed') return failed(last.reason, last.retryable, last.tally.costUsd, spent());
    if (last.parsed.kind === 'rejected') return withoutVerdict(item, last.answer, last.tally.costUsd, spent());
    return judged(item, last.parsed.verdict, last.answer, last.tally, spent());
  };

  return {
    model: policy.model,
    mostCostUsd(item) {
      const prompt = judgePrompt(item, nonce());
      return addCosts(price.mostCostOf(prompt, firstTokens, nowMs()), price.mostCostOf(prompt, firstTokens * SECOND_ATTEMPT, nowMs()));
    },
    async judge(item, abort) {
      const startedAtMs = nowMs();
      const hostile = hostileText(item);
      if (hostile !== undefined) return excluded(hostile, 0, 0);
      const key = verdictKey(policy.model, item);
      const known = item.fresh === true ? undefined : cache.get(key);
      if (known !== undefined) return { ...known, cached: true, usage: NO_USAGE, costUsd: 0, durationMs: 0 };
      const signal = AbortSignal.any([abort, AbortSignal.timeout(timeoutMs)]);
      const entry = await places.enter(signal);
      if (entry.kind !== 'entered') return failed(entry.kind === 'full' ? 'overloaded' : 'timeout', true, 0, Math.max(0, nowMs() - startedAtMs));
      try {
        const outcome = await converse(item, startedAtMs, signal);
        if (outcome.kind === 'judged') cache.put(key, outcome);
        return outcome;
      } finally {
        entry.leave();
      }
    },
  };
}

function judged({ rubric }: JudgeItem, verdict: { readonly checks: Judged['checks']; readonly reasoning: string }, answer: ModelAnswer, { usage, costUsd }: Tally, durationMs: number): JudgeOutcome {
  const score = scoreOf(verdict.checks, rubric.checks);
  if (score === undefined) return failed('nothing-applies', false, costUsd, durationMs);
  return { kind: 'judged', score, checks: verdict.checks, reasoning: verdict.reasoning, cached: false, responseModel: answer.responseModel, fingerprint: answer.fingerprint, usage, costUsd, durationMs };
}

/** Two answers in a row were not to be used: because the judged text got through to the judge, because the judge refuses, or because it cannot keep to the form. */
function withoutVerdict({ system, input, output }: JudgeItem, { text }: ModelAnswer, costUsd: number | undefined, durationMs: number): JudgeOutcome {
  if (isCopiedFromData(text, [system, input, output])) return excluded('verdict-from-the-text', costUsd, durationMs);
  return failed(!text.includes('{') && REFUSAL.test(text) ? 'refused' : 'unparsed', true, costUsd, durationMs);
}

function excluded(reason: string, costUsd: number | undefined, durationMs: number): JudgeExcluded {
  return { kind: 'excluded', reason, costUsd, durationMs };
}

function failed(reason: JudgeErrorReason, retryable: boolean, costUsd: number | undefined, durationMs: number): JudgeFailed {
  return { kind: 'error', reason, retryable, costUsd, durationMs };
}
