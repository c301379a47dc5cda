import { z } from 'zod';
import { snapshotSchema } from './snapshot.ts';

/** Records of `llm.proposals`: what decide asks the leader to publish. `entry` undefined takes the route's entry away. */
const entrySchema = snapshotSchema.shape.routes.valueType;
const routeProposalSchema = z.object({
  kind: z.literal('route'), v: z.literal(1), project: z.string(), route: z.string(), proposalId: z.string(), atMs: z.number(),
  /** override: takes traffic from the primary (guarded by blast radius and freeze). Others never make things worse and pass. */
  effect: z.enum(['override', 'adjust', 'return', 'standby', 'pin']),
  entry: entrySchema.optional(),
});
const freezeProposalSchema = z.object({ kind: z.literal('freeze'), v: z.literal(1), project: z.string(), proposalId: z.string(), atMs: z.number(), untilMs: z.number().optional(), reason: z.string() });
/** No alerts about a route, or about all where none is named, until then; without an end: alerts again. */
const silenceProposalSchema = z.object({ kind: z.literal('silence'), v: z.literal(1), project: z.string(), route: z.string().optional(), proposalId: z.string(), atMs: z.number(), untilMs: z.number().optional(), reason: z.string() });
/** Written by a new leader; the offset of this record is its epoch. */
const claimSchema = z.object({ kind: z.literal('claim'), v: z.literal(1), instanceId: z.string(), atMs: z.number() });

export const proposalSchema = z.discriminatedUnion('kind', [routeProposalSchema, freezeProposalSchema, silenceProposalSchema, claimSchema]);
export type Proposal = z.infer<typeof proposalSchema>;
export type RouteProposal = z.infer<typeof routeProposalSchema>;
