import type { ServerResponse } from 'node:http';
import { WireWriter } from '@understudy/contracts/otlp/wire-writer';
import { MEDIA_TYPES, type OtlpFormat } from './media-type.ts';

/** `accepted` is an Export…ServiceResponse, `refused` a google.rpc.Status. */
export type Reply =
  | { readonly kind: 'accepted'; readonly rejected?: { readonly spans: number; readonly message: string } }
  | { readonly kind: 'refused'; readonly status: RefusalStatus; readonly message: string; readonly headers?: Readonly<Record<string, string>>; readonly close?: boolean };

/** HTTP status codes, with the gRPC code that says the same. */
const GRPC_CODES = { 400: 3, 401: 16, 403: 7, 404: 5, 405: 12, 408: 4, 413: 8, 415: 3, 500: 13, 503: 14 } as const;
export type RefusalStatus = keyof typeof GRPC_CODES;

/** A reply must stay far below what clients read (4 MiB), and name what is wrong, not repeat what was sent. */
const MAX_MESSAGE_LENGTH = 2_000;

const NOTHING = Buffer.alloc(0);
const EMPTY_JSON = Buffer.from('{}');

export function sendReply(response: ServerResponse, format: OtlpFormat, reply: Reply): void {
  const body = replyBody(format, reply);
  const headers: Record<string, string | number> = { 'content-type': MEDIA_TYPES[format], 'content-length': body.length };
  if (reply.kind === 'refused') {
    Object.assign(headers, reply.headers);
    if (reply.close === true) headers.connection = 'close';
  }
  response.writeHead(reply.kind === 'accepted' ? 200 : reply.status, headers);
  response.end(body);
}

/** In the encoding of the request, as OTLP wants it for errors too. */
export function replyBody(format: OtlpFormat, reply: Reply): Buffer {
  if (reply.kind === 'refused') return statusBody(format, GRPC_CODES[reply.status], reply.message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed());
  if (reply.rejected === undefined) return format === 'json' ? EMPTY_JSON : NOTHING;
  return partialSuccessBody(format, reply.rejected.spans, reply.rejected.message.slice(0, MAX_MESSAGE_LENGTH).toWellFormed());
}

function statusBody(format: OtlpFormat, code: number, message: string): Buffer {
  if (format === 'json') return Buffer.from(JSON.stringify({ code, message }));
  const writer = new WireWriter();
  writer.varint(0x08);
  writer.varint(code);
  writer.varint(0x12);
  writer.text(message);
  return writer.bytes();
}

function partialSuccessBody(format: OtlpFormat, rejectedSpans: number, errorMessage: string): Buffer {
  // A 64-bit integer is text in protobuf's JSON.
  if (format === 'json') return Buffer.from(JSON.stringify({ partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage } }));
  const writer = new WireWriter();
  writer.varint(0x0a);
  const start = writer.begin();
  writer.varint(0x08);
  writer.varint(rejectedSpans);
  writer.varint(0x12);
  writer.text(errorMessage);
  writer.end(start);
  return writer.bytes();
}
