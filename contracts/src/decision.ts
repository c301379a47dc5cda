import { z } from 'zod';
import { signalNameSchema } from './signal.ts';

/** The life of a route (design §6). */
export const ROUTE_STATES = ['unknown', 'healthy', 'suspect', 'degraded', 'overridden', 'probing', 'recovering', 'exhausted', 'inconclusive'] as const;
export type RouteStateName = (typeof ROUTE_STATES)[number];

export const DECISION_REASONS = [
  'baseline-ready', 'suspicion-raised', 'suspicion-cleared', 'signal-degraded', 'alert-raised', 'override-proposed', 'override-published', 'proposal-refused', 'override-adjusted', 'no-eligible-fallback', 'fallback-degraded', 'suggested',
  'hold-down-over', 'probe-failed', 'recovery-proved', 'ramp-advanced', 'escalated', 'override-cleared', 'recovered', 'degraded-again', 'standby-published', 'pinned', 'pin-released', 'pin-expired', 'frozen', 'unfrozen', 'applied', 'command-rejected', 'policy-changed',
  'judge-alone', 'judge-agreed', 'hostile-text', 'threshold-broken',
] as const;
export type DecisionReason = (typeof DECISION_REASONS)[number];

/** One row of the table `decisions`, as JSONEachRow in `llm.decisions`: what the policy did, why, and the numbers it saw. */
export const decisionRowSchema = z.object({
  project: z.string(), route: z.string(), decision_id: z.string(), at: z.int(), evidence_partition: z.int(), evidence_offset: z.int(),
  state_from: z.enum(ROUTE_STATES), state_to: z.enum(ROUTE_STATES), reason: z.enum(DECISION_REASONS), text: z.string(),
  incident_id: z.string(), target: z.string(), signal: signalNameSchema.or(z.literal('')),
  statistic: z.number().nullable(), threshold: z.number().nullable(), baseline: z.number().nullable(), observed: z.number().nullable(),
});
export type DecisionRow = z.infer<typeof decisionRowSchema>;
