import { z } from 'zod';
import { PURPOSES } from './attributes.ts';

/** One row of the table `judgements`, as JSONEachRow in `llm.judgements`: what became of a call that was drawn. Unknown is null. */
export const judgementRowSchema = z.object({
  project: z.string(), route: z.string(), target: z.string(), purpose: z.enum(PURPOSES), trace_id: z.string(), span_id: z.string(),
  received_at: z.int(), judged_at: z.int(),
  /** judged, excluded, error or skipped; for all but the first `reason` says why. */
  outcome: z.enum(['judged', 'excluded', 'error', 'skipped']), reason: z.string(),
  /** 1: every check passed. */
  score: z.number().nullable(),
  /** name → yes, no or na. */
  checks: z.record(z.string(), z.string()), reasoning: z.string(),
  rubric: z.string(), rubric_version: z.string(), judge_model: z.string(), judge_response_model: z.string(), judge_fingerprint: z.string(),
  flagged: z.boolean(), probability: z.number(), drawn_for: z.string(), cost_usd: z.number().nullable(), duration_ms: z.number().nullable(), cached: z.boolean(),
});
export type JudgementRow = z.infer<typeof judgementRowSchema>;
