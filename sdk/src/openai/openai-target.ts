import type { Limits } from '../attempts/limits.ts';
import type { AttemptContext, AttemptResult, RoutedTarget } from '../attempts/routed-target.ts';
import type { ChatBody, ChatClient, OpenAIRouteOptions } from './chat-types.ts';
import { checkCompletion, completionFacts } from './completion-facts.ts';
import { openStream } from './open-stream.ts';
import { serverOf } from './provider-name.ts';
import { inputMessages, requestAttributes } from './request-facts.ts';
import type { HttpAnswer } from './routed-promise.ts';

/** One call as the application made it. */
export interface ChatRequest {
  readonly body: ChatBody;
  /** The client's own request options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The messages as they were when the call was made: applications go on writing into their list. */
  readonly messages: readonly unknown[];
  readonly limits: Limits;
}

export interface OpenAITargetParts {
  readonly id: string;
  readonly client: ChatClient;
  readonly model: string;
  readonly provider: string;
  readonly adapt?: (body: ChatBody) => ChatBody;
  readonly options: Pick<OpenAIRouteOptions, 'buffer' | 'includeUsage'>;
  readonly nowMs: () => number;
}

type Create = (body: unknown, options: unknown) => PromiseLike<unknown> & { withResponse?: () => Promise<HttpAnswer> };

/** A model on an OpenAI client as a target. */
export function openaiTarget(parts: OpenAITargetParts): RoutedTarget<ChatRequest, HttpAnswer> {
  const server = serverOf(parts.client.baseURL);
  const usage = { refused: parts.options.includeUsage === false };
  return {
    id: parts.id,
    account: parts.client,
    describe: (request) => ({
      operation: 'chat', provider: parts.provider, model: parts.model, stream: request.body.stream === true,
      serverAddress: server.address, serverPort: server.port,
      requestAttributes: () => requestAttributes(request.body),
      inputMessages: () => inputMessages(request.messages),
    }),
    ask: (request, context) => ask(parts, usage, request, context),
    timeoutError: (limitMs) => clientError(parts.client, 'APIConnectionTimeoutError', { message: `Request timed out: ${parts.id} did not answer within ${Math.round(limitMs)} ms.` }),
    abortError: () => clientError(parts.client, 'APIUserAbortError', {}),
  };
}

async function ask(parts: OpenAITargetParts, usage: { refused: boolean }, request: ChatRequest, context: AttemptContext): Promise<AttemptResult<HttpAnswer>> {
  const adapted = parts.adapt?.(request.body) ?? request.body;
  const body: ChatBody = adapted.model === parts.model || parts.adapt !== undefined ? adapted : { ...adapted, model: parts.model };
  // One retry loop only, and it is ours.
  const options = { ...request.options, maxRetries: 0, signal: context.signal };
  if (body.stream !== true) {
    const answer = await send(parts.client, body, options);
    return { kind: 'complete', answer, facts: completionFacts(checkCompletion(context.target, answer.data)) };
  }
  const hidesUsage = !usage.refused && body.stream_options?.include_usage === undefined;
  const answer = await sendStream(parts.client, body, options, hidesUsage, usage);
  const { stallMs, streamMs } = request.limits;
  const stream = await openStream(answer.data, context, { stallMs, streamMs, hidesUsage, buffer: parts.options.buffer, nowMs: parts.nowMs });
  return { kind: 'streaming', answer: { ...answer, data: stream } };
}

async function send(client: ChatClient, body: ChatBody, options: unknown): Promise<HttpAnswer> {
  const completions = client.chat.completions as unknown as { create: Create };
  const promise = completions.create(body, options);
  return typeof promise.withResponse === 'function' ? promise.withResponse() : { data: await promise, response: undefined, request_id: undefined };
}

/** Asks for usage; a server that does not know the option gets the request without it, now and from then on. */
async function sendStream(client: ChatClient, body: ChatBody, options: unknown, wantsUsage: boolean, usage: { refused: boolean }): Promise<HttpAnswer> {
  if (!wantsUsage) return send(client, body, options);
  try {
    return await send(client, { ...body, stream_options: { ...body.stream_options, include_usage: true } }, options);
  } catch (error) {
    const { status, message } = error as { status?: unknown; message?: unknown };
    if ((status !== 400 && status !== 422) || typeof message !== 'string' || !/stream_options|include_usage/.test(message)) throw error;
    usage.refused = true;
    return send(client, body, options);
  }
}

/** An error of the client's own classes, which the application may be looking for; undefined for a client that has none. */
function clientError(client: ChatClient, name: string, options: object): unknown {
  const kind = (client.constructor as unknown as Record<string, unknown>)[name];
  return typeof kind === 'function' ? new (kind as new (options: object) => unknown)(options) : undefined;
}
