import type { IncomingMessage, ServerResponse } from 'node:http';
import { UnderstudyError } from '@understudy/contracts/problem';
import type { EventLog } from '@understudy/log/event-log';
import { type CollectorCounters, newCounters } from '../counters.ts';
import { appendTraces } from '../exporter/append-traces.ts';
import { type ReceivedBody, rejectionMessage } from '../processor/accept-traces.ts';
import { type CollectorLimits, DEFAULT_LIMITS } from '../processor/limits.ts';
import { TraceProcessor } from '../processor/trace-processor.ts';
import { Decompressor } from './decompress.ts';
import { InFlight, RequestBytes } from './in-flight.ts';
import { compressionOf, formatOf, type OtlpFormat } from './media-type.ts';
import { type OtlpSignal, signalOf } from './otlp-path.ts';
import { isFromPage } from './page-sender.ts';
import { type BodyOutcome, readBody } from './read-body.ts';
import { type RefusalStatus, type Reply, sendReply } from './reply.ts';
import { tokenCheck } from './token.ts';

export interface OtlpReceiverOptions {
  readonly log: Pick<EventLog, 'append'>;
  /** For people: what they should know, said once or when it changes. */
  readonly say: (text: string) => void;
  readonly limits?: Partial<CollectorLimits>;
  /** True while the process is about to stop: senders are asked to come again. */
  readonly draining?: () => boolean;
  /** Asked for as a bearer token or in `x-api-key` when given. */
  readonly token?: string | undefined;
}

export interface OtlpReceiver {
  /** A listener for `node:http`; answers every request itself. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly counters: () => CollectorCounters;
}

/** Whether a request target (path, perhaps with a query) belongs to the receiver. */
export function isOtlpPath(target: string): boolean {
  return signalOf(target) !== undefined;
}

/** OTLP over HTTP, protobuf and JSON: a trace request is answered with 200 only after the log has committed it. */
export function createOtlpReceiver(options: OtlpReceiverOptions): OtlpReceiver {
  const receiver = new Receiver(options);
  return { handle: (request, response) => receiver.handle(request, response), counters: () => ({ ...receiver.counters }) };
}

class Receiver {
  readonly counters: { -readonly [Name in keyof CollectorCounters]: number } = newCounters();
  private readonly log: Pick<EventLog, 'append'>;
  private readonly say: (text: string) => void;
  private readonly limits: CollectorLimits;
  private readonly draining: () => boolean;
  private readonly isAllowed: ReturnType<typeof tokenCheck>;
  private readonly hasToken: boolean;
  private readonly decompressor: Decompressor;
  private readonly processor: TraceProcessor;
  private readonly requestBytes = new RequestBytes();
  private readonly unusedSignals = new Set<OtlpSignal>();
  private logTrouble: string | undefined;

  constructor(options: OtlpReceiverOptions) {
    this.log = options.log;
    this.say = options.say;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.draining = options.draining ?? (() => false);
    this.isAllowed = tokenCheck(options.token);
    this.hasToken = options.token !== undefined;
    this.decompressor = new Decompressor(this.limits.maxBodyBytes);
    this.processor = new TraceProcessor(this.limits);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.counters.requests++;
    const format = formatOf(request.headers['content-type']);
    const refusal = this.refusalOfHead(request, format);
    if (refusal !== undefined || format === undefined) {
      this.answer(response, format ?? 'json', refusal ?? refused(415, 'send application/x-protobuf or application/json'));
      return;
    }
    const inFlight = new InFlight(this.requestBytes, this.limits.maxInFlightBytes);
    this.replyTo(request, format, inFlight)
      .catch((error: unknown) => this.replyToError(error))
      .then((reply) => reply === undefined || this.answer(response, format, reply))
      .catch(() => response.destroy())
      .finally(() => inFlight.release());
  }

  /** What can be refused without reading the body. */
  private refusalOfHead(request: IncomingMessage, format: OtlpFormat | undefined): Reply | undefined {
    if (signalOf(request.url ?? '') === undefined) return refused(404, 'no such path: OTLP is taken at /v1/traces, /v1/logs and /v1/metrics');
    if (request.method !== 'POST') return refused(405, 'send OTLP with POST', { allow: 'POST' });
    if (!this.isAllowed(request.headers)) return refused(401, 'send the token as "authorization: Bearer TOKEN" or "x-api-key: TOKEN" (OTEL_EXPORTER_OTLP_HEADERS)', { 'www-authenticate': 'Bearer' });
    if (!this.hasToken && isFromPage(request.headers)) return refused(403, 'pages in a browser may not send telemetry here; set UNDERSTUDY_INGEST_TOKEN where a page has to');
    if (format === undefined) return refused(415, 'send application/x-protobuf or application/json');
    if (compressionOf(request.headers['content-encoding']) === undefined) return refused(415, 'the content encodings taken are gzip and identity, one at a time', { 'accept-encoding': 'gzip' });
    return this.draining() ? tryAgain(1, 'the collector is about to stop') : undefined;
  }

  /** Undefined when nobody is left to answer. */
  private async replyTo(request: IncomingMessage, format: OtlpFormat, inFlight: InFlight): Promise<Reply | undefined> {
    const signal = signalOf(request.url ?? '') as OtlpSignal;
    const isGzip = compressionOf(request.headers['content-encoding']) === 'gzip';
    const maxBytes = isGzip ? this.limits.maxCompressedBytes : this.limits.maxBodyBytes;
    const body = await readBody(request, { maxBytes, maxMs: this.limits.maxBodyMs }, inFlight);
    if (body.kind !== 'complete') return this.replyToPartOfBody(request, body.kind, maxBytes);
    this.counters.receivedBytes += body.bytes.length;
    if (signal !== 'traces') return this.replyToUnused(signal);
    const plain = isGzip ? await this.decompressor.inflate(body.bytes) : body.bytes;
    return this.store({ format, sent: body.bytes, plain });
  }

  private async store(body: ReceivedBody): Promise<Reply> {
    const accepted = await this.processor.process(body);
    if (accepted.kind !== 'accepted') return refused(accepted.kind === 'malformed' ? 400 : 413, accepted.message);
    if (accepted.acceptedSpans > 0) {
      const outcome = await appendTraces(this.log, accepted.value);
      this.noteLog(outcome.kind === 'retry' ? outcome.reason : undefined);
      if (outcome.kind === 'retry') return tryAgain(outcome.retryAfterSeconds, `not stored: ${outcome.reason}`);
      this.counters.acceptedSpans += accepted.acceptedSpans;
    }
    if (accepted.rejected.length === 0) return { kind: 'accepted' };
    this.counters.rejectedSpans += accepted.rejected.length;
    return { kind: 'accepted', rejected: { spans: accepted.rejected.length, message: rejectionMessage(accepted) } };
  }

  private replyToPartOfBody(request: IncomingMessage, kind: Exclude<BodyOutcome['kind'], 'complete'>, maxBytes: number): Reply | undefined {
    // What is still coming is read and thrown away, so that the sender gets to see the answer.
    request.resume();
    if (kind === 'too-large') return refused(413, `the body is larger than ${maxBytes} bytes as sent; send smaller batches (OTEL_BSP_MAX_EXPORT_BATCH_SIZE) or shorter content`);
    if (kind === 'too-slow') return { kind: 'refused', status: 408, message: `the body did not arrive within ${this.limits.maxBodyMs} ms`, close: true };
    if (kind === 'busy') return tryAgain(1, 'too many requests at the same time');
    this.counters.disconnected++;
    return undefined;
  }

  private replyToUnused(signal: OtlpSignal): Reply {
    if (!this.unusedSignals.has(signal)) {
      this.unusedSignals.add(signal);
      this.say(`Receiving OTLP ${signal}: answered, but not used. Understudy reads spans at /v1/traces.`);
    }
    return { kind: 'accepted' };
  }

  private replyToError(error: unknown): Reply {
    if (error instanceof UnderstudyError && error.code === 'CORRUPT_GZIP') return refused(400, `${error.message}. ${error.fix}`);
    if (error instanceof UnderstudyError && error.code === 'TOO_LARGE') return refused(413, `${error.message}. ${error.fix}`);
    this.say(`The collector failed on a request: ${error instanceof Error ? error.stack : String(error)}`);
    return refused(500, 'the collector failed on this request');
  }

  /** Says when the log stops taking records and when it takes them again, not every time. */
  private noteLog(trouble: string | undefined): void {
    if ((trouble === undefined) === (this.logTrouble === undefined)) return;
    this.say(trouble === undefined ? 'The event log takes spans again.' : `The event log takes no spans (${trouble}); senders are asked to come again.`);
    this.logTrouble = trouble;
  }

  private answer(response: ServerResponse, format: OtlpFormat, reply: Reply): void {
    if (reply.kind === 'refused') {
      if (reply.status === 503) this.counters.unavailable++;
      else this.counters.refusedRequests++;
    }
    if (!response.destroyed) sendReply(response, format, reply);
  }
}

function refused(status: RefusalStatus, message: string, headers?: Readonly<Record<string, string>>): Reply {
  return { kind: 'refused', status, message, headers };
}

function tryAgain(afterSeconds: number, reason: string): Reply {
  return refused(503, `${reason}; try again`, { 'retry-after': String(afterSeconds) });
}
