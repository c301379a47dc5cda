import { z } from 'zod';
import { PURPOSES } from './attributes.ts';
import { policySchema } from './policy.ts';
import { SIGNAL_NAMES } from './signal.ts';

/** Records of `llm.evidence`: the one ordered stream that decisions are made from. Times are receive times in ms since 1970. */
const signalName = z.enum(SIGNAL_NAMES);

const callScoreSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  target: z.string(),
  purpose: z.enum(PURPOSES),
  instanceId: z.string().optional(),
  signals: z.partialRecord(signalName, z.number()),
});
export type CallScore = z.infer<typeof callScoreSchema>;

/** Scores of one route that one score step produced; `targets` is the app order that these calls declared. */
const scoresSchema = z.object({
  kind: z.literal('scores'), v: z.literal(1), project: z.string(), route: z.string(), atMs: z.number(),
  targets: z.array(z.string()), scores: z.array(callScoreSchema),
});

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
  ]),
});
export type CommandEvidence = z.infer<typeof commandSchema>;

export const evidenceSchema = z.discriminatedUnion('kind', [
  scoresSchema, baselineSchema, thresholdsSchema, tickSchema, policyRecordSchema, freezeSchema, publishedSchema, refusedSchema, commandSchema,
]);
export type Evidence = z.infer<typeof evidenceSchema>;
export type ScoresEvidence = z.infer<typeof scoresSchema>;
