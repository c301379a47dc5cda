import { z } from 'zod';
import { PURPOSES } from './attributes.ts';
import { incidentSchema } from './incident.ts';
import { signalNameSchema } from './signal.ts';

/** An incident with everything that somebody who is called has to know: the answer of `GET /v1/incidents/{id}`, and what every page and receiver shows. */
const share = z.number().min(0).max(1);

/** A level with its 95 % interval, from the calls of a stretch of receive time. */
const estimateSchema = z.object({
  value: z.number(), low: z.number().optional(), high: z.number().optional(), calls: z.int(),
  /** From which calls: of the frozen baseline where there is no time. */
  fromMs: z.number().optional(), untilMs: z.number().optional(),
});
export type Estimate = z.infer<typeof estimateSchema>;

/** rate: share of the calls, Clopper–Pearson. median: order statistics. mean: normal. sum: as it is. */
const MEASURES = ['rate', 'median', 'mean', 'sum'] as const;
export type Measure = (typeof MEASURES)[number];
const levelSchema = z.object({ signal: signalNameSchema, family: z.string(), text: z.string(), unit: z.string(), measure: z.enum(MEASURES), before: estimateSchema.optional(), since: estimateSchema.optional() });
export type SignalLevelReport = z.infer<typeof levelSchema>;

/** Calls of the target since it began. `affectedCalls`: those that the signal marks, where it marks calls. */
const hitSchema = z.object({
  fromMs: z.number(), untilMs: z.number(), calls: z.int(), routeCalls: z.int(), shareOfRoute: share.optional(), affectedCalls: z.int().optional(),
  conversations: z.int(), affectedConversations: z.int().optional(), instances: z.int(),
});
export type Hit = z.infer<typeof hitSchema>;

/** A model as the provider named it in its answers, and how many of the target's calls it answered in the hour before it began and since. */
const modelSchema = z.object({ model: z.string(), callsBefore: z.int(), callsSince: z.int() });
export type AnsweringModel = z.infer<typeof modelSchema>;

const evidenceCallSchema = z.object({
  traceId: z.string(), spanId: z.string(), atMs: z.number(), target: z.string(), purpose: z.enum(PURPOSES), durationMs: z.number(), value: z.number().optional(),
  flags: z.array(z.string()), errorType: z.string().optional(), finishReason: z.string().optional(),
  /** The first 300 characters, where content is captured. */
  input: z.string().optional(), output: z.string().optional(),
  /** Why the judge thinks so. */
  reasoning: z.string().optional(),
});
export type EvidenceCall = z.infer<typeof evidenceCallSchema>;

const fallbackSchema = z.object({
  target: z.string(), health: z.enum(['unproven', 'healthy', 'suspect', 'degraded']), proved: z.boolean(), finishedLast15Min: z.int(), percent: z.number(),
  /** Its own tests that are not as they should be. */
  troubles: z.array(z.object({ signal: signalNameSchema, verdict: z.string(), baseline: z.number().optional(), observed: z.number().optional() })),
  /** Requests of users that it has answered since the incident was opened, and how many failed. */
  served: z.object({ sinceMs: z.number().optional(), calls: z.int(), failed: z.int() }).optional(),
  /** The incident's signal on the fallback, over those calls. */
  level: estimateSchema.optional(),
});
export type FallbackReport = z.infer<typeof fallbackSchema>;

const INCIDENT_ACTIONS = ['apply', 'pin-fallback', 'pin-primary', 'release', 'freeze', 'unfreeze', 'silence', 'unsilence'] as const;
const actionSchema = z.object({
  name: z.enum(INCIDENT_ACTIONS), text: z.string(), command: z.string(),
  request: z.object({ method: z.enum(['POST', 'DELETE']), path: z.string(), body: z.record(z.string(), z.unknown()).optional() }),
});
export type IncidentAction = z.infer<typeof actionSchema>;

/** What a list of incidents shows: all that is known without the analytics store. */
export const incidentSummarySchema = incidentSchema.extend({
  family: z.string(), unit: z.string(), routeState: z.string().optional(),
  /** Share of the route's requests that is to go to the target now, in percent. */
  onTargetPercent: z.number().optional(),
  /** Of an incident of a provider: the routes that it explains. */
  routes: z.array(z.string()).optional(),
  /** Until when nobody is told of it. */
  silencedUntilMs: z.number().optional(),
});
export type IncidentSummary = z.infer<typeof incidentSummarySchema>;

/** Parts that could not be read now: the analytics store is away. */
const INCIDENT_PARTS = ['levels', 'hit', 'models', 'evidence', 'fallback'] as const;
export type IncidentPart = (typeof INCIDENT_PARTS)[number];

export const incidentReportSchema = incidentSummarySchema.extend({
  /** Plain rules of the policy that the target breaks now. */
  brokenRules: z.array(z.object({ rule: z.string(), signal: signalNameSchema, observed: z.number(), limit: z.number(), sinceMs: z.number() })),
  levels: z.array(levelSchema), hit: hitSchema.optional(), models: z.array(modelSchema), evidence: z.array(evidenceCallSchema), fallbackReport: fallbackSchema.optional(), actions: z.array(actionSchema), unavailable: z.array(z.enum(INCIDENT_PARTS)),
});
export type IncidentReport = z.infer<typeof incidentReportSchema>;
