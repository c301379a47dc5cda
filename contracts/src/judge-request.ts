import { z } from 'zod';
import { PURPOSES } from './attributes.ts';

/** Records of `llm.judge-requests`: calls that were drawn to be judged, with what the judge may see. One key a project, so that one owner holds its budget. */
const requestSchema = z.object({
  traceId: z.string(), spanId: z.string(), route: z.string(), target: z.string(), purpose: z.enum(PURPOSES),
  provider: z.string(), requestModel: z.string(), responseModel: z.string(),
  /** Whose words these are: one vote a conversation and window. Empty where the sender does not say. */
  conversationId: z.string(),
  flagged: z.boolean(), sampling: z.object({ flagged: z.number(), plain: z.number() }),
  /** Why it was drawn: by chance, because the route had too few judgements in the hour, or because the route is in doubt. */
  drawnFor: z.enum(['sample', 'floor', 'suspicion', 'probe']),
  receivedAtMs: z.number(), system: z.string(), input: z.string(), output: z.string(),
});
export type JudgeRequest = z.infer<typeof requestSchema>;

export const judgeRequestsSchema = z.object({ v: z.literal(1), project: z.string(), atMs: z.number(), requests: z.array(requestSchema) });
export type JudgeRequests = z.infer<typeof judgeRequestsSchema>;
