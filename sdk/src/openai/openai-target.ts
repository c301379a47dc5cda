import type { Limits } from '../attempts/limits.ts';
import type { AttemptContext, AttemptResult, RoutedTarget } from '../attempts/routed-target.ts';
import type { ChatBody, ChatClient, OpenAIRouteOptions } from './chat-types.ts';
import { checkCompletion, completionFacts } from './completion-facts.ts';
import { openStream } from './open-stream.ts';
import { serverOf } from './provider-name.ts';
import { inputMessages, requestAttributes, toolsOf } from './request-facts.ts';
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
  const usage: UsageWish = { refused: parts.options.includeUsage === false, granted: false };
  return {
    id: parts.id,
    account: parts.client,
    describe: (request) => ({
      operation: 'chat', provider: parts.provider, model: parts.model, stream: request.body.stream === true,
      serverAddress: server.address, serverPort: server.port,
      requestAttributes: () => requestAttributes(request.body),
      inputMessages: () => inputMessages(request.messages),
      toolDefinitions: toolsOf(request.body),
    }),
    ask: (request, context) => ask(parts, usage, request, context),
    timeoutError: (late) => clientError(parts.client, 'APIConnectionTimeoutError', { message: `Request timed out: ${late.message}.` }),
    abortError: () => clientError(parts.client, 'APIUserAbortError', {}),
  };
}

async function ask(parts: OpenAITargetParts, usage: UsageWish, request: ChatRequest, context: AttemptContext): Promise<AttemptResult<HttpAnswer>> {
  const adapted = parts.adapt?.(request.body) ?? request.body;
  const body: ChatBody = adapted.model === parts.model || parts.adapt !== undefined ? adapted : { ...adapted, model: parts.model };
  // One retry loop only, and it is ours.
  const options = { ...request.options, maxRetries: 0, signal: context.signal };
  if (body.stream !== true) {
    const answer = await send(parts.client, body, options);
    return { kind: 'complete', answer, facts: completionFacts(checkCompletion(context.target, answer.data)) };
  }
  const asked = body.stream_options?.include_usage;
  const hidesUsage = !usage.refused && asked === undefined;
  const answer = await sendStream(parts.client, body, options, hidesUsage, usage);
  const { stallMs, streamMs } = request.limits;
  const stream = await openStream(answer.data, context, {
    stallMs, streamMs, hidesUsage, showsUsage: asked === true, choices: typeof body.n === 'number' ? body.n : 1, buffer: parts.options.buffer, nowMs: parts.nowMs,
  });
  return { kind: 'streaming', answer: { ...answer, data: stream } };
}

async function send(client: ChatClient, body: ChatBody, options: unknown): Promise<HttpAnswer> {
  const completions = client.chat.completions as unknown as { create: Create };
  const promise = completions.create(body, options);
  return typeof promise.withResponse === 'function' ? promise.withResponse() : { data: await promise, response: undefined, request_id: undefined };
}

/** What a server has made of our wish for usage. */
interface UsageWish {
  refused: boolean;
  granted: boolean;
}

/** Asks for usage; a server that does not know the option gets the request without it, now and from then on. */
async function sendStream(client: ChatClient, body: ChatBody, options: unknown, wantsUsage: boolean, usage: UsageWish): Promise<HttpAnswer> {
  if (!wantsUsage) return send(client, body, options);
  try {
    const answer = await send(client, { ...body, stream_options: { ...body.stream_options, include_usage: true } }, options);
    usage.granted = true;
    return answer;
  } catch (error) {
    if (!mayRefuseUsage(error, usage)) throw error;
    const answer = await send(client, body, options);
    usage.refused = true;
    return answer;
  }
}

/** A request that is invalid, by what the provider says of the option or, where its words cannot be read, as long as it has never granted it. */
function mayRefuseUsage(error: unknown, { granted }: UsageWish): boolean {
  const { status, message, error: body } = error as { status?: unknown; message?: unknown; error?: unknown };
  if (status !== 400 && status !== 422) return false;
  return /stream_options|include_usage/.test(String(message)) || (!granted && (typeof body !== 'object' || body === null));
}

/** An error of the client's own classes, which the application may be looking for; undefined for a client that has none. */
function clientError(client: ChatClient, name: string, options: object): unknown {
  const kind = (client.constructor as unknown as Record<string, unknown>)[name];
  return typeof kind === 'function' ? new (kind as new (options: object) => unknown)(options) : undefined;
}
