import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the provider does with one request. Text answers come in words. */
export type Behaviour =
  | { readonly kind: 'answer'; readonly text?: string; readonly finish?: string; readonly delayMs?: number; readonly gapMs?: number; readonly toolCall?: boolean }
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'raw'; readonly body: string; readonly type?: string }
  /** Accepts and says nothing at all. */
  | { readonly kind: 'silent' }
  /** Closes the connection before a byte. */
  | { readonly kind: 'reset' }
  /** Streams: what goes wrong after `words` words. */
  | { readonly kind: 'break'; readonly words: number; readonly how: 'cut' | 'stall' | 'malformed' | 'end' | 'error-event' }
  /** Headers and pings for ever, no word. */
  | { readonly kind: 'pings' }
  /** A complete answer whose connection stays open and never says [DONE]. */
  | { readonly kind: 'no-done' }
  /** A stream of exactly these chunks, and waits in ms between them; it ends with [DONE]. */
  | { readonly kind: 'chunks'; readonly chunks: readonly (object | number)[] };

export interface ReceivedCall {
  readonly model: string;
  readonly body: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
  /** Set when the client went away before the answer was complete. */
  aborted: boolean;
}

const WORDS = 'The night train to Vienna leaves platform four at nine.';

/** An OpenAI-compatible server over real HTTP, whose every model follows a script. */
export class ScriptedProvider {
  readonly calls: ReceivedCall[] = [];
  private readonly scripts = new Map<string, (call: number) => Behaviour>();
  private readonly counts = new Map<string, number>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  static async start(): Promise<ScriptedProvider> {
    const provider = new ScriptedProvider();
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get baseURL(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** The same behaviour for every call, or one after the other; the last one stays. */
  script(model: string, ...behaviours: Behaviour[]): void {
    this.scripts.set(model, (call) => behaviours[Math.min(call, behaviours.length - 1)] ?? { kind: 'answer' });
  }

  callsTo(model: string): number {
    return this.calls.filter((call) => call.model === model).length;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    const model = String(body.model);
    const received: ReceivedCall = { model, body, headers: request.headers, aborted: false };
    this.calls.push(received);
    response.on('close', () => { received.aborted = !response.writableFinished; });
    const count = this.counts.get(model) ?? 0;
    this.counts.set(model, count + 1);
    const behaviour = this.scripts.get(model)?.(count) ?? { kind: 'answer' };
    await (behaviour.kind === 'chunks' ? sendChunks(behaviour.chunks, response) : behave(behaviour, model, body, response));
  }
}

async function behave(behaviour: Behaviour, model: string, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  if (behaviour.kind === 'silent') return;
  if (behaviour.kind === 'reset') return void response.destroy();
  if (behaviour.kind === 'status') return void response.writeHead(behaviour.status, { 'content-type': 'application/json', ...behaviour.headers }).end(JSON.stringify(behaviour.body ?? { error: { message: `status ${behaviour.status}` } }));
  if (behaviour.kind === 'raw') return void response.writeHead(200, { 'content-type': behaviour.type ?? 'application/json' }).end(behaviour.body);
  if (body.stream === true) return stream(behaviour, model, body, response);
  const { text, finish, delayMs, toolCall } = behaviour.kind === 'answer' ? behaviour : {};
  await sleep(delayMs ?? 0);
  if (behaviour.kind === 'break') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
    response.write('{"id":"chatcmpl-1","choices":[{"message":');
    if (behaviour.how === 'cut') setTimeout(() => response.destroy(), 20);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req-1' }).end(JSON.stringify(completion(model, text ?? WORDS, finish ?? 'stop', toolCall ?? false)));
}

function completion(model: string, text: string, finish: string, toolCall: boolean): unknown {
  const message = toolCall ? { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'timetable', arguments: '{"to":"Vienna"}' } }] } : { role: 'assistant', content: text };
  return {
    id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: `${model}-2026-01-01`, choices: [{ index: 0, message, finish_reason: finish }],
    usage: { prompt_tokens: 12, completion_tokens: 10, total_tokens: 22, prompt_tokens_details: { cached_tokens: 4 } },
  };
}

async function stream(behaviour: Behaviour, model: string, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices: unknown[], more: object = {}): void => {
    response.write(`data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: `${model}-2026-01-01`, choices, ...more })}\n\n`);
  };
  send([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
  if (behaviour.kind === 'pings') {
    const timer = setInterval(() => response.write(': ping\n\n'), 20);
    return void response.on('close', () => clearInterval(timer));
  }
  const { text, finish, delayMs, gapMs } = behaviour.kind === 'answer' ? behaviour : {};
  await sleep(delayMs ?? 0);
  const words = (text ?? WORDS).split(' ');
  for (const [index, word] of words.entries()) {
    if (behaviour.kind === 'break' && index === behaviour.words) return breakOff(behaviour.how, response);
    send([{ index: 0, delta: { content: index === 0 ? word : ` ${word}` }, finish_reason: null }]);
    if (gapMs !== undefined) await sleep(gapMs);
  }
  send([{ index: 0, delta: {}, finish_reason: finish ?? 'stop' }]);
  if ((body.stream_options as { include_usage?: boolean } | undefined)?.include_usage) send([], { usage: { prompt_tokens: 12, completion_tokens: 10, total_tokens: 22 } });
  if (behaviour.kind === 'no-done') return;
  response.end('data: [DONE]\n\n');
}

async function sendChunks(script: readonly (object | number)[], response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req-1' });
  for (const chunk of script) {
    if (typeof chunk === 'number') await sleep(chunk);
    else response.write(`data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'main', ...chunk })}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

function breakOff(how: 'cut' | 'stall' | 'malformed' | 'end' | 'error-event', response: ServerResponse): void {
  if (how === 'cut') setTimeout(() => response.destroy(), 20);
  else if (how === 'malformed') response.write('data: {"choices":[{"delta":\n\n');
  else if (how === 'error-event') response.write('data: {"error":{"message":"overloaded","type":"server_error"}}\n\n');
  else if (how === 'end') response.end();
}

function sleep(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}
