import { type Limits, limitsOf } from '../attempts/limits.ts';
import type { RoutedTarget } from '../attempts/routed-target.ts';
import { type RequestPorts, runRequest } from '../attempts/run-request.ts';
import type { Route } from '../routing/route.ts';
import { TargetList } from '../routing/target-list.ts';
import { type Served, servedDisabled } from '../served.ts';
import type { AnswerFacts, CallDescription } from '../telemetry/attempt-span.ts';
import type { GenAiMessage } from '../telemetry/message-parts.ts';

/** What `run` may tell about its call, so that the span has it. All of it may come in several pieces. */
export interface CallReport {
  readonly input?: string | readonly GenAiMessage[];
  readonly output?: string | readonly GenAiMessage[];
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly finishReason?: string;
  readonly responseModel?: string;
  readonly responseId?: string;
}

export interface RunContext {
  /** Aborts with the caller and with the limit of the attempt. */
  readonly signal: AbortSignal;
  readonly target: string;
  /** From 1. */
  readonly attempt: number;
  readonly report: (report: CallReport) => void;
}

export interface CallTarget<Request, Answer> {
  /** `PROVIDER/MODEL`, or the name of a graceful answer such as `static`. */
  readonly id: string;
  readonly run: (request: Request, context: RunContext) => Answer | Promise<Answer>;
  /** Targets with the same account share its quota; by default the provider's name. */
  readonly account?: string;
}

export interface CallRouteOptions<Request, Answer> extends Partial<Limits> {
  readonly primary: CallTarget<Request, Answer>;
  readonly fallbacks: readonly CallTarget<Request, Answer>[];
  /** Kind of operation on the span; `chat` unless given. */
  readonly operation?: string;
}

export interface RoutedCallOptions {
  readonly signal?: AbortSignal;
  readonly conversationId?: string;
  readonly timeoutMs?: number;
}

/** The answer with who served it; any answer can be carried, also a string. */
export interface ServedAnswer<Answer> {
  readonly value: Answer;
  readonly served: Served;
}

export type RoutedCall<Request, Answer> = (request: Request, options?: RoutedCallOptions) => Promise<ServedAnswer<Answer>>;

/** Routes any function: each target is a way to answer the same request. */
export function callRoute<Request, Answer>(route: Route, options: CallRouteOptions<Request, Answer>, ports: RequestPorts): RoutedCall<Request, Answer> {
  const declared = [options.primary, ...options.fallbacks];
  const list = new TargetList(declared.map((target) => callTarget(target, options.operation ?? 'chat')), (id) => route.breakerOf(id));
  route.declare(list.ids, true);
  return async (request, call = {}) => {
    const limits = limitsOf(call.timeoutMs === undefined ? options : { ...options, timeoutMs: call.timeoutMs });
    const { answer, served } = await runRequest({ route, list, request, stream: false, conversationId: call.conversationId, callerSignal: call.signal, limits }, ports);
    return { value: answer, served };
  };
}

/** `UNDERSTUDY_DISABLE=1`: the primary answers, and nothing else happens. */
export function passThrough<Request, Answer>({ primary }: CallRouteOptions<Request, Answer>, newId: () => string): RoutedCall<Request, Answer> {
  return async (request, call = {}) => {
    const value = await primary.run(request, { signal: call.signal ?? new AbortController().signal, target: primary.id, attempt: 1, report: () => {} });
    return { value, served: servedDisabled(primary.id, newId()) };
  };
}

function callTarget<Request, Answer>(target: CallTarget<Request, Answer>, operation: string): RoutedTarget<Request, Answer> {
  const slash = target.id.indexOf('/');
  const provider = slash > 0 ? target.id.slice(0, slash) : 'custom';
  const model = target.id.slice(slash + 1);
  return {
    id: target.id,
    account: target.account ?? provider,
    describe: () => ({ operation, provider, model, stream: false }) satisfies CallDescription,
    ask: async (request, { signal, target: id, attempt, settlement }) => {
      let told: CallReport = {};
      const report = (more: CallReport): void => {
        told = { ...told, ...more };
        if (more.input !== undefined) settlement.span.tellInput(() => messagesOf(more.input, 'user'));
      };
      const answer = await target.run(request, { signal, target: id, attempt, report });
      return { kind: 'complete', answer, facts: factsOf(told, answer) };
    },
  };
}

function factsOf({ input: _input, finishReason, output: told, ...known }: CallReport, answer: unknown): AnswerFacts {
  const output = told ?? (typeof answer === 'string' ? answer : undefined);
  return {
    ...known,
    ...(finishReason === undefined ? {} : { finishReasons: [finishReason] }),
    ...(output === undefined ? {} : { outputMessages: () => messagesOf(output, 'assistant') }),
  };
}

function messagesOf(content: string | readonly GenAiMessage[] | undefined, role: string): readonly GenAiMessage[] {
  return typeof content === 'string' ? [{ role, parts: [{ type: 'text', content }] }] : content ?? [];
}
