import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Behaviour, say, send } from './behaviours.ts';
import { seenRequest } from './verdict-of.ts';

export interface JudgeRequestSeen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface JudgeServer extends AsyncDisposable {
  /** With its `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly JudgeRequestSeen[];
  /** Requests under way at the same time, at most. */
  mostAtOnce(): number;
  /** What it does from now on; a function decides for each request. */
  behave(next: Behaviour | ((requestNumber: number) => Behaviour)): void;
}

/** Time that an answer takes, so that requests overlap. */
const THINKING_MS = 2;
export const INPUT_TOKENS = 1_000;
export const OUTPUT_TOKENS = 100;

/** A provider of a judge model on this machine: OpenAI's chat completions, and what the judge needs of Anthropic's messages. */
export async function startJudgeServer(): Promise<JudgeServer> {
  let behaviour: Behaviour | ((requestNumber: number) => Behaviour) = 'well';
  let atOnce = 0;
  let mostAtOnce = 0;
  const requests: JudgeRequestSeen[] = [];
  const attempts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    response.on('close', () => { atOnce -= 1; });
    const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
    requests.push({ path: request.url ?? '', headers: request.headers, body });
    const isAnthropic = request.url === '/v1/messages';
    const { system, user } = promptOf(body);
    const seen = seenRequest(system, user);
    const attempt = (attempts.get(seen.nonce) ?? 0) + 1;
    attempts.set(seen.nonce, attempt);
    const said = say(typeof behaviour === 'string' ? behaviour : behaviour(requests.length), seen, attempt, body);
    if (said.kind !== 'text') return send(response, said);
    await new Promise((resolve) => { setTimeout(resolve, THINKING_MS); });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(isAnthropic ? message(said.text, body) : completion(said.text, said.finishReason ?? 'stop', body)));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests,
    mostAtOnce: () => mostAtOnce,
    behave(next) { behaviour = next; },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

interface Message { readonly role: string; readonly content: string | readonly { readonly text?: string }[] }

function promptOf(body: Readonly<Record<string, unknown>>): { system: string; user: string } {
  const messages = (body.messages ?? []) as readonly Message[];
  const of = (role: string): string => messages.filter((one) => one.role === role).map((one) => contentText(one.content)).join('\n');
  return { system: body.system === undefined ? of('system') + of('developer') : contentText(body.system as Message['content']), user: of('user') };
}

function contentText(content: Message['content']): string {
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('');
}

function completion(text: string, finishReason: string, { model }: Readonly<Record<string, unknown>>): object {
  return {
    id: 'chatcmpl-1', object: 'chat.completion', created: 1_700_000_000, model: `${String(model)}-2026-01-01`, system_fingerprint: 'fp_local',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finishReason }],
    usage: { prompt_tokens: INPUT_TOKENS, completion_tokens: OUTPUT_TOKENS, total_tokens: INPUT_TOKENS + OUTPUT_TOKENS, prompt_tokens_details: { cached_tokens: 600 } },
  };
}

function message(text: string, { model }: Readonly<Record<string, unknown>>): object {
  return { id: 'msg_1', type: 'message', role: 'assistant', model, content: [{ type: 'text', text }], stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: INPUT_TOKENS, output_tokens: OUTPUT_TOKENS } };
}
