import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { DEMO_CAUSES, type DemoCause } from '@understudy/contracts/demo-event';
import { type ChatRequest, chatRequestSchema, completionBody, completionChunks, errorBody } from './chat-wire.ts';
import { JUDGE_MODEL, planVerdict } from './judge-model/plan-verdict.ts';
import { type AnswerPlan, MODELS, type Plan, planAnswer } from './planned-answer.ts';
import { createRequestLog, type RequestLog, traceIdOf } from './request-log.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const causeSchema = z.object({ cause: z.enum(DEMO_CAUSES) });

interface Provider {
  readonly seed: number;
  readonly log: RequestLog;
  readonly asked: Map<string, number>;
  cause: DemoCause;
}

/** A model provider that speaks OpenAI's chat completions, and a control endpoint that makes its primary model worse. */
export function createProviderServer(seed: number): Server {
  const provider: Provider = { seed, log: createRequestLog(), asked: new Map(), cause: 'none' };
  return createServer((request, response) => {
    answer(provider, request, response).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 500, errorBody(error instanceof Error ? error.message : String(error), 'server_error'));
      else response.destroy();
    });
  });
}

async function answer(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://provider');
  switch (`${request.method} ${url.pathname}`) {
    case 'POST /v1/chat/completions': return complete(provider, request, response);
    case 'GET /v1/models': return sendJson(response, 200, { object: 'list', data: [...MODELS, JUDGE_MODEL].map((id) => ({ id, object: 'model', created: 1_754_000_000, owned_by: 'demo' })) });
    case 'GET /control': return sendJson(response, 200, { cause: provider.cause });
    case 'PUT /control': return control(provider, request, response);
    case 'GET /control/log': {
      const after = Number(url.searchParams.get('after') ?? 0);
      return sendJson(response, 200, { items: provider.log.read({ after: Number.isFinite(after) ? after : 0, traceId: url.searchParams.get('trace') ?? undefined }) });
    }
    default: return sendJson(response, 404, errorBody(`Unknown request URL: ${request.method} ${url.pathname}`, 'invalid_request_error', 'unknown_url'));
  }
}

async function control(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parsed = causeSchema.safeParse(await readJson(request));
  if (!parsed.success) return sendJson(response, 400, errorBody(`give {"cause": …} with one of ${DEMO_CAUSES.join(', ')}`, 'invalid_request_error'));
  provider.cause = parsed.data.cause;
  return sendJson(response, 200, { cause: provider.cause });
}

async function complete(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAtMs = performance.now();
  const parsed = chatRequestSchema.safeParse(await readJson(request));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return sendJson(response, 400, errorBody(issue?.message ?? 'the body is not valid', 'invalid_request_error', null, issue?.path.join('.') ?? null));
  }
  const chat = parsed.data;
  const { model } = chat;
  const index = provider.asked.get(model) ?? 0;
  const plan = planOf(provider, chat, index);
  if (plan === undefined) return sendJson(response, 404, errorBody(`The model \`${model}\` does not exist or you do not have access to it.`, 'invalid_request_error', 'model_not_found'));
  provider.asked.set(model, index + 1);
  const note = (status: number) => provider.log.add({ at: new Date().toISOString(), model, status, traceId: traceIdOf(request.headers.traceparent), stream: chat.stream === true });
  if (plan.kind === 'failure') {
    await waitUntil(startedAtMs + plan.durationMs);
    note(plan.status);
    return sendJson(response, plan.status, errorBody(plan.message, 'server_error'));
  }
  const identity = { id: `chatcmpl-${provider.seed}-${model}-${index}`, created: Math.floor(Date.now() / 1000), model };
  if (chat.stream === true) return stream(response, completionChunks(identity, plan, chat.stream_options?.include_usage === true), plan, startedAtMs, () => note(200));
  await waitUntil(startedAtMs + plan.durationMs);
  note(200);
  return sendJson(response, 200, completionBody(identity, plan));
}

/** Undefined where nobody knows the model. The judge knows neither the seed, nor the cause, nor what was asked before. */
function planOf(provider: Provider, chat: ChatRequest, index: number): Plan | undefined {
  const maxTokens = chat.max_completion_tokens ?? chat.max_tokens ?? undefined;
  if (chat.model === JUDGE_MODEL) return { kind: 'answer', ...planVerdict(chat.messages, chat.response_format?.json_schema?.schema, maxTokens) };
  const model = MODELS.find((name) => name === chat.model);
  return model === undefined ? undefined : planAnswer({ seed: provider.seed, model, index, messages: chat.messages, maxTokens, cause: provider.cause });
}

/** The first chunk comes with the first piece of text; the pieces are spread evenly over the duration. */
async function stream(response: ServerResponse, chunks: ReturnType<typeof completionChunks>, plan: AnswerPlan, startedAtMs: number, note: () => void): Promise<void> {
  const send = (chunk: object) => response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  for (const [i, chunk] of chunks.texts.entries()) {
    await waitUntil(startedAtMs + (plan.durationMs * (i + 1)) / chunks.texts.length);
    if (response.destroyed) return;
    if (i === 0) {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
      send(chunks.first);
    }
    send(chunk);
  }
  note();
  for (const chunk of chunks.last) send(chunk);
  response.end('data: [DONE]\n\n');
}

async function waitUntil(atMs: number): Promise<void> {
  const ms = atMs - performance.now();
  if (ms > 0) await pause(ms);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`the body is larger than ${MAX_BODY_BYTES} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
