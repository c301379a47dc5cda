import { ERROR_TYPE, GEN_AI, PURPOSES, type Purpose, UNDERSTUDY } from '@understudy/contracts/attributes';
import type { FinishReason } from '@understudy/contracts/call';
import type { OtlpSpan } from '@understudy/contracts/otlp/span-reader';
import type { ToolCall, ToolDefinition } from '../heuristics/answer.ts';
import { bounded, numberOf, textOf, textsOf } from './attribute-values.ts';
import { normaliseFinishReason } from './finish-reason.ts';
import { readMessages } from './messages.ts';
import { readToolDefinitions } from './tool-definitions.ts';

/** One attempt at one target, normalised. Unknown is undefined. */
export interface Call {
  readonly project: string;
  readonly route: string;
  readonly target: string;
  /** The application's order, as it declared it; empty where it declares none (no SDK). */
  readonly targets: readonly string[];
  readonly purpose: Purpose;
  readonly reason: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly requestId: string | undefined;
  readonly attempt: number;
  readonly instanceId: string | undefined;
  readonly conversationId: string | undefined;
  readonly overrideVersion: string | undefined;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly provider: string | undefined;
  readonly requestModel: string | undefined;
  readonly responseModel: string | undefined;
  readonly responseId: string | undefined;
  readonly finishReason: FinishReason;
  readonly finishReasonRaw: string | undefined;
  readonly errorType: string | undefined;
  readonly isError: boolean;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly cacheReadTokens: number | undefined;
  readonly firstChunkMs: number | undefined;
  readonly inputText: string | undefined;
  /** The last message of the user. */
  readonly questionText: string | undefined;
  /** System instructions and messages with the role system. */
  readonly systemText: string | undefined;
  /** What tools returned earlier in the conversation. */
  readonly toolText: string | undefined;
  readonly previousToolCalls: readonly ToolCall[] | undefined;
  /** Characters of all that was sent; undefined unless all of it is known. */
  readonly inputCharacters: number | undefined;
  readonly outputText: string | undefined;
  readonly hasToolCalls: boolean;
  readonly toolCalls: readonly ToolCall[] | undefined;
  readonly toolDefinitions: readonly ToolDefinition[] | undefined;
  /** The request asks for JSON; undefined where the sender does not say what it asks for. */
  readonly wantsJson: boolean | undefined;
}

/** Operations that are one request to a model. Containers (invoke_agent, execute_tool, …) hold such calls and are not counted. */
const LEAF_OPERATIONS = new Set(['chat', 'text_completion', 'generate_content', 'completion', 'responses']);
const STATUS_ERROR = 2;

/** The call that a span reports, or undefined when the span is not one request to a model. */
export function callFromSpan(span: OtlpSpan): Call | undefined {
  const attributes = span.attributes;
  const operation = textOf(attributes, GEN_AI.operationName);
  if (operation === undefined || !LEAF_OPERATIONS.has(operation)) return undefined;
  const provider = textOf(attributes, GEN_AI.providerName) ?? textOf(attributes, GEN_AI.system)?.toLowerCase();
  const requestModel = textOf(attributes, GEN_AI.requestModel);
  const responseModel = textOf(attributes, GEN_AI.responseModel);
  const target = textOf(attributes, UNDERSTUDY.target) ?? `${provider ?? 'unknown'}/${requestModel ?? responseModel ?? 'unknown'}`;
  const targets = textsOf(attributes, UNDERSTUDY.targets);
  const output = readMessages(attributes.get(GEN_AI.outputMessages));
  const outputType = textOf(attributes, GEN_AI.outputType)?.toLowerCase();
  const finishReasonRaw = textsOf(attributes, GEN_AI.finishReasons)[0] ?? (output?.finishReason === undefined ? undefined : bounded(output.finishReason, 200));
  const errorType = textOf(attributes, ERROR_TYPE);
  const firstChunkSeconds = numberOf(attributes, GEN_AI.timeToFirstChunk);
  return {
    project: projectOf(span),
    route: routeOf(span, operation),
    target: bounded(target, 200),
    targets: targets.slice(0, 20),
    purpose: purposeOf(textOf(attributes, UNDERSTUDY.purpose)),
    reason: bounded(textOf(attributes, UNDERSTUDY.reason) ?? 'app-order', 50),
    traceId: span.traceId,
    spanId: span.spanId,
    requestId: textOf(attributes, UNDERSTUDY.requestId),
    attempt: numberOf(attributes, UNDERSTUDY.attempt) ?? 1,
    instanceId: textOf(attributes, UNDERSTUDY.instanceId),
    conversationId: textOf(attributes, GEN_AI.conversationId),
    overrideVersion: textOf(attributes, UNDERSTUDY.overrideVersion),
    startedAtMs: span.startMs,
    durationMs: span.durationMs,
    provider, requestModel, responseModel,
    responseId: textOf(attributes, GEN_AI.responseId),
    finishReason: normaliseFinishReason(finishReasonRaw),
    finishReasonRaw, errorType,
    isError: span.statusCode === STATUS_ERROR || errorType !== undefined,
    inputTokens: numberOf(attributes, GEN_AI.inputTokens),
    outputTokens: numberOf(attributes, GEN_AI.outputTokens),
    cacheReadTokens: numberOf(attributes, GEN_AI.cacheReadTokens),
    firstChunkMs: firstChunkSeconds === undefined ? undefined : firstChunkSeconds * 1000,
    ...sentWith(attributes),
    outputText: output?.text,
    hasToolCalls: output?.hasToolCalls ?? false,
    toolCalls: output?.toolCalls,
    wantsJson: outputType === undefined ? undefined : outputType === 'json',
  };
}

type Sent = Pick<Call, 'inputText' | 'questionText' | 'systemText' | 'toolText' | 'previousToolCalls' | 'inputCharacters' | 'toolDefinitions'>;

/** What the model was sent. */
function sentWith(attributes: OtlpSpan['attributes']): Sent {
  const input = readMessages(attributes.get(GEN_AI.inputMessages));
  const instructions = readMessages(attributes.get(GEN_AI.systemInstructions));
  const definitions = readToolDefinitions(attributes.get(GEN_AI.toolDefinitions));
  const systemText = instructions === undefined ? input?.systemText : joined(joined(instructions.systemText, instructions.text), input?.systemText);
  return {
    inputText: input?.text, questionText: input?.question, systemText, toolText: input?.toolText, previousToolCalls: input?.toolCalls, toolDefinitions: definitions?.tools,
    inputCharacters: input?.characters === undefined ? undefined : charactersOf(input.characters, attributes.has(GEN_AI.systemInstructions), instructions?.characters, attributes.has(GEN_AI.toolDefinitions), definitions?.characters),
  };
}

/** What was sent but cannot be read leaves the sum unknown. */
function charactersOf(input: number, hasInstructions: boolean, instructions: number | undefined, hasDefinitions: boolean, definitions: number | undefined): number | undefined {
  if ((hasInstructions && instructions === undefined) || (hasDefinitions && definitions === undefined)) return undefined;
  return input + (instructions ?? 0) + (definitions ?? 0);
}

function joined(first: string | undefined, second: string | undefined): string | undefined {
  if (first === undefined || first === '') return second;
  return second === undefined || second === '' ? first : `${first}\n${second}`;
}

/** Without a slash: project and route are joined by one where records are ordered. */
function projectOf(span: OtlpSpan): string {
  return bounded(textOf(span.resource, UNDERSTUDY.project) ?? 'default', 100).replaceAll('/', '_');
}

function routeOf(span: OtlpSpan, operation: string): string {
  const named = textOf(span.attributes, UNDERSTUDY.route) ?? textOf(span.attributes, GEN_AI.workflowName) ?? textOf(span.attributes, GEN_AI.agentName) ?? textOf(span.attributes, GEN_AI.promptName);
  return bounded(named ?? `${textOf(span.resource, 'service.name') ?? 'unknown_service'}/${operation}`, 200);
}

function purposeOf(text: string | undefined): Purpose {
  return PURPOSES.find((purpose) => purpose === text) ?? 'serve';
}
