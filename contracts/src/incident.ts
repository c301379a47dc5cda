import { z } from 'zod';
import { signalNameSchema } from './signal.ts';

/** The record of one degradation, from suspicion to recovery, as the API shows it. */
export const incidentSchema = z.object({
  /** route: one route got worse. provider: several routes of a provider did. judge: the judge itself cannot be trusted or reached. security: hostile text. */
  kind: z.enum(['route', 'provider', 'judge', 'security']).default('route'),
  incidentId: z.string(), project: z.string(), route: z.string(), target: z.string(), signal: signalNameSchema,
  state: z.enum(['open', 'resolved']),
  /** switch: the route left its primary, or would; alert: for people only. */
  action: z.enum(['switch', 'alert']),
  /** When the change is believed to have begun: before it was proved. */
  beganAtMs: z.number().optional(),
  openedAtMs: z.number(), changedAtMs: z.number().optional(), resolvedAtMs: z.number().optional(),
  statistic: z.number(), threshold: z.number(), baseline: z.number().optional(), observed: z.number().optional(),
  /** Each further signal that fired while the incident was open. */
  signals: z.array(signalNameSchema),
  /** Rules of the policy that a serving target has broken since, and what else people are told of once: the newest last. */
  notes: z.array(z.string()).optional(),
  fallback: z.string().optional(),
  /** What `suggest` proposes and nobody has applied yet. */
  suggestion: z.string().optional(),
  done: z.array(z.object({ atMs: z.number(), text: z.string() })),
});
export type Incident = z.infer<typeof incidentSchema>;
