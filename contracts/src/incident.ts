import { z } from 'zod';
import { SIGNAL_NAMES } from './signal.ts';

/** The record of one degradation, from suspicion to recovery, as the API shows it. */
export const incidentSchema = z.object({
  incidentId: z.string(), project: z.string(), route: z.string(), target: z.string(), signal: z.enum(SIGNAL_NAMES),
  state: z.enum(['open', 'resolved']),
  /** switch: the route left its primary, or would; alert: for people only. */
  action: z.enum(['switch', 'alert']),
  /** When the change is believed to have begun: before it was proved. */
  beganAtMs: z.number().optional(),
  openedAtMs: z.number(), changedAtMs: z.number().optional(), resolvedAtMs: z.number().optional(),
  statistic: z.number(), threshold: z.number(), baseline: z.number().optional(), observed: z.number().optional(),
  /** Each further signal that fired while the incident was open. */
  signals: z.array(z.enum(SIGNAL_NAMES)),
  fallback: z.string().optional(),
  /** What `suggest` proposes and nobody has applied yet. */
  suggestion: z.string().optional(),
  done: z.array(z.object({ atMs: z.number(), text: z.string() })),
});
export type Incident = z.infer<typeof incidentSchema>;
