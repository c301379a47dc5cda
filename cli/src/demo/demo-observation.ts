import { z } from 'zod';
import { PURPOSES, SERVED_REASONS } from '@understudy/contracts/attributes';
import type { DemoCause } from '@understudy/contracts/demo-event';
import type { Incident } from '@understudy/contracts/incident';
import type { SnapshotRoute } from '@understudy/contracts/snapshot';

/** What `GET /v1/routes` says about the route, as far as the demo follows it. */
export const routeSchema = z.object({
  route: z.string(), state: z.string(), primary: z.string().optional(),
  learning: z.object({ calls: z.number(), needed: z.number() }).optional(),
  recovery: z.array(z.object({ signal: z.string(), probes: z.number() })).optional(),
  targets: z.array(z.object({ id: z.string(), role: z.enum(['primary', 'fallback']), proved: z.boolean(), signals: z.array(z.object({ signal: z.string(), baseline: z.number().nullish() })).default([]) })),
});
export type ObservedRoute = z.infer<typeof routeSchema>;

/** What the application says about one question it asked. */
export const answerSchema = z.object({
  kind: z.literal('answer'), ok: z.boolean(), requestId: z.string().optional(), traceId: z.string(), target: z.string().optional(),
  reason: z.enum(SERVED_REASONS).optional(), purpose: z.enum(PURPOSES).optional(), durationMs: z.number(), error: z.string().optional(),
});
export type AppAnswer = z.infer<typeof answerSchema>;

/** A signed message about an incident that reached the demo's receiver. */
export interface AlertNews {
  readonly kind: 'alert';
  readonly incidentId: string;
  readonly receiver: string;
  readonly change: 'opened' | 'updated' | 'resolved';
}

/** Everything that moves the demo on: each comes from Understudy's API or its alerts, from the application or from the provider. */
export type Observation =
  | { readonly kind: 'route'; readonly route: ObservedRoute }
  | { readonly kind: 'incident'; readonly incident: Incident }
  | { readonly kind: 'snapshot'; readonly epoch: number; readonly version: number; readonly entry: SnapshotRoute | undefined }
  | AppAnswer
  | { readonly kind: 'cause'; readonly cause: DemoCause }
  /** The models that answered the trace with success, by the provider's own log. */
  | { readonly kind: 'trace'; readonly traceId: string; readonly models: readonly string[] }
  | AlertNews
  | { readonly kind: 'tick' };
