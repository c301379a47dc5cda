import { type Attributes, type AttributeValue, type Context, type Link, type Span, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { ERROR_TYPE, GEN_AI, type Purpose, type ServedReason, UNDERSTUDY } from '@understudy/contracts/attributes';
import type { Clock } from '../clock.ts';
import type { DeferredWork } from './deferred-work.ts';
import { boundedContent, type GenAiMessage } from './message-parts.ts';
import type { Redactor } from './redaction.ts';

/** Cut definitions would be none: longer ones are left out. */
const MOST_TOOL_CHARACTERS = 65_536;

/** What is asked of whom. Content is given as functions: it is turned into text after the application has its answer. */
export interface CallDescription {
  readonly operation: string;
  readonly provider: string;
  readonly model: string;
  readonly stream: boolean;
  readonly serverAddress?: string;
  readonly serverPort?: number;
  readonly requestAttributes?: () => Attributes;
  readonly inputMessages?: () => readonly GenAiMessage[];
  /** The tools that the model may call, each as the provider takes it. */
  readonly toolDefinitions?: (() => readonly unknown[]) | undefined;
}

/** The place of an attempt in its request. */
export interface AttemptIdentity {
  readonly route: string;
  readonly target: string;
  readonly targets: readonly string[];
  readonly requestId: string;
  /** From 1. */
  readonly attempt: number;
  readonly purpose: Purpose;
  readonly reason: ServedReason;
  readonly overrideVersion: string | undefined;
  readonly conversationId: string | undefined;
}

/** What is known of an answer when its attempt ends. Absent means unknown. */
export interface AnswerFacts {
  readonly responseModel?: string;
  readonly responseId?: string;
  readonly finishReasons?: readonly string[];
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly firstChunkMs?: number;
  readonly outputMessages?: () => readonly GenAiMessage[];
}

export type AttemptEnd =
  | { readonly kind: 'answered'; readonly answer: AnswerFacts }
  | { readonly kind: 'failed'; readonly errorType: string; readonly message: string; readonly answer?: AnswerFacts }
  /** Given up by the application: no fault of the target, so no error on the span. */
  | { readonly kind: 'cancelled'; readonly answer?: AnswerFacts };

export interface SpanSettings {
  readonly tracer: Tracer;
  readonly captureContent: boolean;
  readonly redactor: Redactor;
  readonly instanceId: string;
}

/** The one GenAI span of an attempt. It ends once, whatever happens first. */
export class AttemptSpan {
  readonly #span: Span;
  readonly #settings: SpanSettings;
  readonly #identity: AttemptIdentity;
  readonly #call: CallDescription;
  readonly #clock: Clock;
  readonly #deferred: DeferredWork;
  readonly #startWallMs: number;
  readonly #startMs: number;
  #input: (() => readonly GenAiMessage[]) | undefined;
  readonly #isRecorded: boolean;
  #ended = false;

  constructor(settings: SpanSettings, identity: AttemptIdentity, call: CallDescription, parent: Context, links: Link[], clock: Clock, deferred: DeferredWork) {
    this.#settings = settings;
    this.#identity = identity;
    this.#call = call;
    this.#input = call.inputMessages;
    this.#clock = clock;
    this.#deferred = deferred;
    this.#startWallMs = clock.wallMs();
    this.#startMs = clock.monotonicMs();
    // At creation only what a sampler may ask for; the rest is set when the answer has been handed over.
    const attributes: Attributes = { [GEN_AI.operationName]: call.operation, [GEN_AI.providerName]: call.provider, [GEN_AI.requestModel]: call.model };
    this.#span = settings.tracer.startSpan(`${call.operation} ${call.model}`, { kind: SpanKind.CLIENT, startTime: this.#startWallMs, attributes, links }, parent);
    this.#isRecorded = this.#span.isRecording();
  }

  get context(): { traceId: string; spanId: string } | undefined {
    return this.#isRecorded ? this.#span.spanContext() : undefined;
  }

  /** Milliseconds since the attempt began. */
  elapsedMs(): number {
    return this.#clock.monotonicMs() - this.#startMs;
  }

  /** What was asked, where only the target itself knows. */
  tellInput(messages: () => readonly GenAiMessage[]): void {
    this.#input = messages;
  }

  end(end: AttemptEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    const endTime = this.#startWallMs + this.elapsedMs();
    if (!this.#isRecorded) {
      this.#span.end(endTime);
      return;
    }
    this.#deferred.push(() => {
      try {
        this.#span.setAttributes(this.#attributes(end));
        if (end.kind === 'failed') this.#span.setStatus({ code: SpanStatusCode.ERROR, message: this.#reason(end.message) ?? end.errorType });
      } finally {
        this.#span.end(endTime);
      }
    });
  }

  #attributes(end: AttemptEnd): Attributes {
    const identity = this.#identity;
    const call = this.#call;
    const attributes: Attributes = {
      [UNDERSTUDY.route]: identity.route, [UNDERSTUDY.target]: identity.target, [UNDERSTUDY.targets]: [...identity.targets],
      [UNDERSTUDY.requestId]: identity.requestId, [UNDERSTUDY.attempt]: identity.attempt, [UNDERSTUDY.purpose]: identity.purpose,
      [UNDERSTUDY.reason]: identity.reason, [UNDERSTUDY.instanceId]: this.#settings.instanceId,
      ...call.requestAttributes?.(),
    };
    put(attributes, UNDERSTUDY.overrideVersion, identity.overrideVersion);
    put(attributes, GEN_AI.conversationId, identity.conversationId);
    put(attributes, 'server.address', call.serverAddress);
    put(attributes, 'server.port', call.serverPort);
    if (call.stream) attributes[GEN_AI.requestStream] = true;
    if (end.kind === 'failed') attributes[ERROR_TYPE] = end.errorType;
    putAnswer(attributes, end);
    if (this.#settings.captureContent) this.#putContent(attributes, end.answer);
    return attributes;
  }

  #putContent(attributes: Attributes, answer: AnswerFacts | undefined): void {
    const { redactor } = this.#settings;
    const { toolDefinitions } = this.#call;
    if (toolDefinitions !== undefined) put(attributes, GEN_AI.toolDefinitions, redactor.json(toolDefinitions, MOST_TOOL_CHARACTERS));
    if (this.#input !== undefined) put(attributes, GEN_AI.inputMessages, redactor.content(this.#input, boundedContent));
    if (answer?.outputMessages !== undefined) put(attributes, GEN_AI.outputMessages, redactor.content(answer.outputMessages, boundedContent));
  }

  /** Providers quote what they were sent: the reason of a failure is content too. */
  #reason(message: string): string | undefined {
    return this.#settings.captureContent ? this.#settings.redactor.text(message)?.slice(0, 500) : undefined;
  }
}

function putAnswer(attributes: Attributes, end: AttemptEnd): void {
  const answer: AnswerFacts = end.answer ?? {};
  put(attributes, GEN_AI.responseModel, answer.responseModel);
  put(attributes, GEN_AI.responseId, answer.responseId);
  put(attributes, GEN_AI.inputTokens, answer.inputTokens);
  put(attributes, GEN_AI.outputTokens, answer.outputTokens);
  put(attributes, GEN_AI.cacheReadTokens, answer.cacheReadTokens);
  if (answer.firstChunkMs !== undefined) attributes[GEN_AI.timeToFirstChunk] = answer.firstChunkMs / 1_000;
  const reasons = answer.finishReasons ?? [];
  // The conventions' word for a reason that never arrived.
  if (reasons.length > 0) attributes[GEN_AI.finishReasons] = [...reasons];
  else if (end.kind !== 'answered') attributes[GEN_AI.finishReasons] = ['error'];
}

function put(attributes: Attributes, name: string, value: AttributeValue | undefined): void {
  if (value !== undefined) attributes[name] = value;
}
