import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in for a model provider: it speaks OpenAI's chat completions and answers with a fixed sentence. So the example needs no key. */
export interface LocalProvider {
  readonly baseURL: string;
  /** These models answer every request with 500 from now on. */
  failFrom(models: readonly string[]): void;
  close(): Promise<void>;
}

interface ChatRequest {
  readonly model: string;
  readonly stream?: boolean;
}

const WORDS = 'Your parcel left our warehouse this morning and should be with you within two working days.'.split(/(?<= )/);
const USAGE = { prompt_tokens: 12, completion_tokens: 18, total_tokens: 30 };

export async function startLocalProvider(): Promise<LocalProvider> {
  let failing: readonly string[] = [];
  const server = createServer((request, response) => {
    readJson(request).then((body) => (failing.includes(body.model) ? fail(response) : body.stream === true ? stream(response, body.model) : complete(response, body.model)), () => response.destroy());
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    failFrom: (models) => { failing = models; },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

async function readJson(request: IncomingMessage): Promise<ChatRequest> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as ChatRequest;
}

function fail(response: ServerResponse): void {
  response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: 'the model is overloaded', type: 'server_error' } }));
}

function complete(response: ServerResponse, model: string): void {
  const message = { role: 'assistant', content: WORDS.join('') };
  const answer = { id: 'chatcmpl-1', object: 'chat.completion', created: 0, model, choices: [{ index: 0, message, finish_reason: 'stop' }], usage: USAGE };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
}

function stream(response: ServerResponse, model: string): void {
  const send = (choices: readonly unknown[], more: object = {}) => response.write(`data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 0, model, choices, ...more })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const content of WORDS) send([{ index: 0, delta: { content }, finish_reason: null }]);
  send([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  send([], { usage: USAGE });
  response.end('data: [DONE]\n\n');
}
