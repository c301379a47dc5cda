import { readSpans } from '@understudy/contracts/otlp/span-reader';
import { inflate } from '@understudy/contracts/otlp/inflate';
import { RpcStatus, TraceRequest, TraceResponse } from '@understudy/contracts/otlp/test-support/trace-proto';
import type { MemoryLog } from './memory-log.ts';

export const PROTOBUF = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';

/** `index` makes the ids. */
export function spanNamed(name: string, index = 1): { traceId: Buffer; spanId: Buffer; name: string; attributes: object[] } {
  return { traceId: Buffer.alloc(16, index), spanId: Buffer.alloc(8, index), name, attributes: [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }] };
}

export function protobufRequest(...spans: object[]): Buffer {
  return Buffer.from(TraceRequest.encode(TraceRequest.fromObject({ resourceSpans: [{ scopeSpans: [{ spans }] }] })).finish());
}

export function jsonRequest(...spans: object[]): string {
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: spans.map((span) => ({ ...span, ...hexIds(span) })) }] }] });
}

function hexIds(span: object): object {
  const { traceId, spanId } = span as { traceId?: unknown; spanId?: unknown };
  const hex = (id: unknown): unknown => (Buffer.isBuffer(id) ? id.toString('hex') : id);
  return { traceId: hex(traceId), spanId: hex(spanId) };
}

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly headers: Headers;
  readonly bytes: Buffer;
}

export async function post(url: string, body: string | Uint8Array, headers: Record<string, string> = { 'content-type': PROTOBUF }): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: body as RequestInit['body'], headers });
  return { status: response.status, contentType: response.headers.get('content-type'), headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

/** The google.rpc.Status of a refusal. */
export function statusOf(answer: Answer): { code: number; message: string } {
  return answer.contentType === JSON_TYPE ? JSON.parse(answer.bytes.toString()) : (RpcStatus.toObject(RpcStatus.decode(answer.bytes)) as { code: number; message: string });
}

export function responseOf(answer: Answer): object {
  return answer.contentType === JSON_TYPE ? JSON.parse(answer.bytes.toString()) : TraceResponse.toObject(TraceResponse.decode(answer.bytes), { longs: String });
}

/** The names of the spans that the log has, in their order. */
export function storedNames(log: MemoryLog): string[] {
  return log.records.flatMap((record) => [...readSpans(inflate(record.value, 20 * 1024 * 1024))].map((span) => span.name));
}
