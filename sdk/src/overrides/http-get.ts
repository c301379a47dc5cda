import type { IncomingMessage } from 'node:http';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

export interface HttpAnswer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Chunks of the body as they come. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly close: () => void;
}

/** Instrumentations leave requests alone that carry this key; the name is OpenTelemetry's own. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * One GET to the control plane. `node:http` rather than `fetch`, since its sockets can be let go of: an open stream of overrides must not keep
 * a program alive that has finished. Redirects are not followed.
 */
export async function httpGet(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
  const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return context.with(ROOT_CONTEXT.setValue(SUPPRESS_TRACING, true), () => new Promise<HttpAnswer>((resolve, reject) => {
    const request = get(url, { headers: { ...headers, 'user-agent': 'understudy-sdk' }, agent: false, signal, timeout: 0 }, (message) => resolve(answerOf(message)));
    request.on('socket', (socket) => socket.unref());
    request.on('error', reject);
    // A connection that somebody turned into something else is closed without an error.
    request.on('close', () => reject(new Error('closed without an answer')));
  }));
}

function answerOf(message: IncomingMessage): HttpAnswer {
  return {
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: message,
    close: () => message.destroy(),
  };
}

/** The whole body as text, or undefined when it is longer than `maxBytes`. */
export async function readText(answer: HttpAnswer, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      answer.close();
      return undefined;
    }
    chunks.push(chunk);
  }
  const decoder = new TextDecoder();
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
}
