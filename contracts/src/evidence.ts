import { z } from 'zod';
import { PURPOSES } from './attributes.ts';
import { policySchema } from './policy.ts';
import { signalNameSchema } from './signal.ts';
import { THRESHOLD_STATISTICS } from './threshold.ts';

/** Records of `llm.evidence`: the one ordered stream that decisions are made from. Times are receive times in ms since 1970. */
const signalName = signalNameSchema;
const probability = z.number().min(0).max(1);

/** With which probability calls are judged at a moment, those that a heuristic flagged and the others; known before the call, and the same for all calls of a record. */
const samplingSchema = z.object({ flagged: probability, plain: probability });
export type Sampling = z.infer<typeof samplingSchema>;

const callScoreSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  target: z.string(),
  purpose: z.enum(PURPOSES),
  instanceId: z.string().optional(),
  signals: z.partialRecord(signalName, z.number()),
  /** Present where the route is judged: whether a heuristic flagged the call, and whether it was drawn to be judged. */
  draw: z.object({ flagged: z.boolean(), drawn: z.boolean() }).optional(),
});
export type CallScore = z.infer<typeof callScoreSchema>;

/** Scores of one route that one score step produced; `targets` is the app order that these calls declared. */
const scoresSchema = z.object({
  kind: z.literal('scores'), v: z.literal(1), project: z.string(), route: z.string(), atMs: z.number(),
  targets: z.array(z.string()), scores: z.array(callScoreSchema), sampling: samplingSchema.optional(),
});

/** What became of the calls of a route that were drawn. `score`: 0 (all checks failed) to 1 (all passed). */
const judgementSchema = z.object({
  traceId: z.string(), spanId: z.string(), target: z.string(), purpose: z.enum(PURPOSES), flagged: z.boolean(), sampling: samplingSchema,
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('judged'), score: z.number().min(0).max(1) }),
    /** Hostile text: it would decide, not the answer. */
    z.object({ kind: z.literal('excluded'), reason: z.string() }),
    z.object({ kind: z.literal('error'), reason: z.string() }),
    z.object({ kind: z.literal('skipped'), reason: z.string() }),
  ]),
});
export type Judgement = z.infer<typeof judgementSchema>;
const judgementsSchema = z.object({
  kind: z.literal('judgements'), v: z.literal(1), project: z.string(), route: z.string(), atMs: z.number(), judgements: z.array(judgementSchema),
});

/** healthy: its verdicts count. quarantined: fails on items whose answer is known. drifted: judges its frozen anchors otherwise than before. unreachable: does not answer. spent: the day's budget is gone. off: none is configured, or it is the judged model. */
export const JUDGE_HEALTHS = ['healthy', 'quarantined', 'drifted', 'unreachable', 'spent', 'off'] as const;
export type JudgeHealth = (typeof JUDGE_HEALTHS)[number];
/** Told by the judge role to every partition, at a change and once a minute. */
const judgeHealthSchema = z.object({
  kind: z.literal('judge'), v: z.literal(1), project: z.string(), atMs: z.number(), health: z.enum(JUDGE_HEALTHS), sinceMs: z.number(), text: z.string(),
  /** When the anchors were last judged and found as ever. */
  anchorsPassedAtMs: z.number().optional(),
});

/** A plain rule of the policy, evaluated over closed windows: told when it is broken, at every evaluation, and once when it holds again. */
const thresholdSchema = z.object({
  kind: z.literal('threshold'), v: z.literal(1), epoch: z.int(), atMs: z.number(), project: z.string(), route: z.string(), target: z.string(),
  /** The rule as text, unique within the route: "p95 of duration over 5m at most 4000". */
  rule: z.string(), signal: signalNameSchema, statistic: z.enum(THRESHOLD_STATISTICS), limit: z.number(), side: z.enum(['max', 'min']), observed: z.number(), calls: z.int(),
  broken: z.boolean(), action: z.enum(['alert', 'switch']),
  /** The closed minutes that were looked at, receive time. */
  fromMs: z.number(), untilMs: z.number(),
});
export type ThresholdEvidence = z.infer<typeof thresholdSchema>;

const baselineStatisticsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rate'), calls: z.int(), events: z.int() }),
  /**
   * `upperCuts[i]`: upper confidence bound of the quantile BASELINE_QUANTILES[i], ascending; the last ones are missing when there were too few calls.
   * `lowerCuts[i]`: lower bound of the quantile 1 − BASELINE_QUANTILES[i], descending. Edges: 90 % confidence bounds of the outer deciles.
   */
  z.object({
    kind: z.literal('quantile'), calls: z.int(), median: z.number(), upperCuts: z.array(z.number()).max(20), lowerCuts: z.array(z.number()).max(20),
    upperEdge: z.number(), lowerEdge: z.number(),
  }),
  /** Mean badness, 0 to 1. `sampled`: of judged calls, the flagged and the plain ones apart, and the share of all calls that is flagged. */
  z.object({
    kind: z.literal('score'), calls: z.int(), mean: z.number().min(0).max(1),
    sampled: z.object({ flaggedShare: probability, flaggedCalls: z.int(), flaggedMean: probability, plainCalls: z.int(), plainMean: probability }).optional(),
  }),
]);
export type BaselineStatistics = z.infer<typeof baselineStatisticsSchema>;

const baselineSchema = z.object({
  kind: z.literal('baseline'), v: z.literal(1), epoch: z.int(), atMs: z.number(), project: z.string(), route: z.string(), target: z.string(),
  signals: z.partialRecord(signalName, baselineStatisticsSchema),
});
export type BaselineEvidence = z.infer<typeof baselineSchema>;

/** Thresholds A = n / (budget · w) of a route's streams, at least 1e5. */
const thresholdsSchema = z.object({
  kind: z.literal('thresholds'), v: z.literal(1), epoch: z.int(), atMs: z.number(), project: z.string(), route: z.string(),
  streams: z.array(z.object({ target: z.string(), signal: signalName, threshold: z.number() })),
});

const tickSchema = z.object({ kind: z.literal('tick'), v: z.literal(1), epoch: z.int(), atMs: z.number() });
const policyRecordSchema = z.object({ kind: z.literal('policy'), v: z.literal(1), epoch: z.int(), atMs: z.number(), hash: z.string(), policy: policySchema });
const freezeSchema = z.object({ kind: z.literal('freeze'), v: z.literal(1), epoch: z.int(), atMs: z.number(), untilMs: z.number().optional(), reason: z.string() });

/** The leader's answer to a proposal. */
const publishedSchema = z.object({
  kind: z.literal('published'), v: z.literal(1), epoch: z.int(), version: z.int(), atMs: z.number(), project: z.string(), route: z.string(), proposalId: z.string(),
});
const refusedSchema = z.object({
  kind: z.literal('refused'), v: z.literal(1), epoch: z.int(), atMs: z.number(), project: z.string(), route: z.string(), proposalId: z.string(), reason: z.string(),
});

const commandSchema = z.object({
  kind: z.literal('command'), v: z.literal(1), atMs: z.number(), project: z.string(), route: z.string().optional(), commandId: z.string(), actor: z.string(), reason: z.string(),
  command: z.discriminatedUnion('name', [
    z.object({ name: z.literal('pin'), target: z.string(), untilMs: z.number() }),
    z.object({ name: z.literal('release') }),
    z.object({ name: z.literal('freeze'), untilMs: z.number() }),
    z.object({ name: z.literal('unfreeze') }),
    z.object({ name: z.literal('apply'), incidentId: z.string() }),
    /** No alerts about the route, or about all of them, until then. */
    z.object({ name: z.literal('silence'), untilMs: z.number() }),
    z.object({ name: z.literal('unsilence') }),
  ]),
});
export type CommandEvidence = z.infer<typeof commandSchema>;

export const evidenceSchema = z.discriminatedUnion('kind', [
  scoresSchema, baselineSchema, thresholdsSchema, tickSchema, policyRecordSchema, freezeSchema, publishedSchema, refusedSchema, commandSchema,
  judgementsSchema, judgeHealthSchema, thresholdSchema,
]);
export type Evidence = z.infer<typeof evidenceSchema>;
export type JudgementsEvidence = z.infer<typeof judgementsSchema>;
export type JudgeHealthEvidence = z.infer<typeof judgeHealthSchema>;
export type ScoresEvidence = z.infer<typeof scoresSchema>;
