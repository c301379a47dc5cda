import { type Context, context as activeContext, type Link } from '@opentelemetry/api';
import type { Purpose, ServedReason } from '@understudy/contracts/attributes';
import type { Ports } from '../clock.ts';
import { classify, type FailureVerdict, verdictOf } from '../failures/classify.ts';
import { type ErrorFacts, factsOf } from '../failures/error-facts.ts';
import { AttemptTimeoutError, UnusableAnswerError } from '../failures/errors.ts';
import type { Route, RoutedPlan } from '../routing/route.ts';
import type { TargetList } from '../routing/target-list.ts';
import { attachServed, type FailedAttempt, type Served } from '../served.ts';
import type { SpanRecorder } from '../telemetry/span-recorder.ts';
import type { Limits } from './limits.ts';
import { nextStep, type TriedTarget } from './next-step.ts';
import type { AttemptResult, RoutedTarget } from './routed-target.ts';
import { AttemptSettlement } from './settlement.ts';
import { type Raced, raceAttempt, waitFor } from './time-limit.ts';

export interface RequestInput<Request, Answer> {
  readonly route: Route;
  readonly list: TargetList<RoutedTarget<Request, Answer>>;
  readonly request: Request;
  /** Whether the attempt is over with the first words, or with the whole answer. */
  readonly stream: boolean;
  readonly conversationId: string | undefined;
  readonly callerSignal: AbortSignal | undefined;
  readonly limits: Limits;
}

export interface RequestPorts {
  readonly ports: Ports;
  readonly recorder: SpanRecorder;
}

interface Failure extends TriedTarget {
  readonly target: string;
  readonly error: unknown;
}

interface RequestState {
  readonly routed: RoutedPlan;
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly limits: Limits;
  readonly stream: boolean;
  readonly failures: Failure[];
  readonly ports: Ports;
}

/** A request while it is being answered. */
interface Running<Request, Answer> extends RequestInput<Request, Answer>, RequestPorts, RequestState {
  readonly limits: Limits;
  readonly stream: boolean;
  readonly ports: Ports;
  readonly parent: Context;
  /** Of the attempts so far: without a parent each is the root of its own trace. */
  readonly links: Link[];
}

/** The one loop of attempts: every retry and every fallback of a request happens here, under one deadline. */
export async function runRequest<Request, Answer>(input: RequestInput<Request, Answer>, ports: RequestPorts): Promise<{ answer: Answer; served: Served }> {
  const running: Running<Request, Answer> = {
    ...input, ...ports,
    routed: input.route.plan(input.list, input.conversationId),
    requestId: ports.ports.newId(),
    deadlineMs: ports.ports.clock.monotonicMs() + input.limits.timeoutMs,
    parent: activeContext.active(), failures: [], links: [],
  };
  let index = running.routed.plan.order[0] ?? 0;
  for (;;) {
    const outcome = await attemptOnce(running, index);
    if (outcome.kind === 'answer') return outcome;
    running.failures.push(outcome.failure);
    const next = await chooseNext(running);
    if (next === undefined) throw finalError(running);
    index = next;
  }
}

type AttemptOutcome<Answer> = { kind: 'answer'; answer: Answer; served: Served } | { kind: 'failure'; failure: Failure };

async function attemptOnce<Request, Answer>(running: Running<Request, Answer>, index: number): Promise<AttemptOutcome<Answer>> {
  const target = running.list.targets[index] as RoutedTarget<Request, Answer>;
  const { settlement, controller } = begin(running, index, target);
  const limitMs = attemptLimitMs(running);
  const firstTokenMs = isLastResort(running) ? limitMs : Math.min(limitMs, running.limits.firstTokenMs);
  const attempt = running.failures.length + 1;
  const raced = await raceAttempt(async () => target.ask(running.request, { signal: controller.signal, controller, target: target.id, attempt, firstTokenMs, settlement }), limitMs, controller);
  if (raced.kind === 'done') return { kind: 'answer', ...accept(running, target.id, raced.value, settlement) };
  const failure = describeFailure(running, index, target, raced, limitMs);
  if (failure.verdict.failure === 'caller-abort') settlement.cancelled();
  else settlement.failed(failure.verdict, failure.errorType, failure.message);
  return { kind: 'failure', failure };
}

function begin<Request, Answer>(running: Running<Request, Answer>, index: number, target: RoutedTarget<Request, Answer>): { settlement: AttemptSettlement; controller: AbortController } {
  const controller = new AbortController();
  const { callerSignal, route, list } = running;
  const span = running.recorder.start({
    route: route.name, target: target.id, targets: list.ids, requestId: running.requestId, attempt: running.failures.length + 1,
    ...whyThisTarget(running), overrideVersion: running.routed.overrideVersion, conversationId: running.conversationId,
  }, target.describe(running.request), running.parent, running.links);
  if (span.context !== undefined) running.links.push({ context: { ...span.context, traceFlags: 1 } });
  const onAbort = (): void => controller.abort(callerSignal?.reason);
  if (callerSignal?.aborted) onAbort();
  else callerSignal?.addEventListener('abort', onAbort, { once: true });
  const breaker = list.breakers[index] ?? route.breakerOf(target.id);
  const settlement = new AttemptSettlement({ span, breaker, bucket: route.bucket, ports: running.ports, controller, unlink: () => callerSignal?.removeEventListener('abort', onAbort) });
  return { settlement, controller };
}

function whyThisTarget(running: Pick<RequestState, 'failures' | 'routed'>): { purpose: Purpose; reason: ServedReason } {
  const { purpose, reason } = running.routed.plan;
  return running.failures.length > 0 ? { purpose: 'serve', reason: 'failed-over' } : { purpose, reason };
}

/** Nobody else could answer: then waiting is better than failing. */
function isLastResort({ failures, routed }: RequestState): boolean {
  return failures.length + 1 >= routed.plan.order.length;
}

function attemptLimitMs(running: RequestState): number {
  const remainingMs = Math.max(0, running.deadlineMs - running.ports.clock.monotonicMs());
  if (isLastResort(running)) return remainingMs;
  return Math.min(running.stream ? running.limits.firstTokenMs : running.limits.attemptMs, remainingMs);
}

function accept<Request, Answer>(running: Running<Request, Answer>, target: string, result: AttemptResult<Answer>, settlement: AttemptSettlement): { answer: Answer; served: Served } {
  const served = servedNow(running, target, settlement.span.context);
  settlement.served = served;
  if (result.kind === 'complete') settlement.answered(result.facts);
  return { answer: result.answer, served };
}

function servedNow(running: RequestState, target: string, span: { traceId: string; spanId: string } | undefined, attempts = running.failures.length + 1): Served {
  const failures: FailedAttempt[] = running.failures.map((failure) => ({ target: failure.target, failure: failure.verdict.failure }));
  return { target, reason: whyThisTarget(running).reason, attempts, requestId: running.requestId, traceId: span?.traceId, spanId: span?.spanId, failures };
}

function describeFailure<Request, Answer>(
  running: Running<Request, Answer>, index: number, target: RoutedTarget<Request, Answer>, raced: Exclude<Raced<unknown>, { kind: 'done' }>, limitMs: number,
): Failure & { errorType: string; message: string } {
  const as = (verdict: FailureVerdict, error: unknown, errorType: string, message: string, retryAfterMs?: number) => ({ index, target: target.id, verdict, error, errorType, message, retryAfterMs });
  if (raced.kind === 'aborted' || running.callerSignal?.aborted) {
    const error = raced.kind === 'failed' ? raced.error : target.abortError?.() ?? running.callerSignal?.reason;
    return as(verdictOf('caller-abort'), error, 'cancelled', 'given up');
  }
  const error = raced.kind === 'timed-out' ? new AttemptTimeoutError(target.id, limitMs, running.stream) : raced.error;
  if (error instanceof AttemptTimeoutError) {
    return as(verdictOf(error.isFirstToken ? 'first-token-timeout' : 'timeout'), target.timeoutError?.(error) ?? error, 'timeout', error.message);
  }
  const facts = factsOf(error, running.ports.clock.wallMs());
  const verdict = error instanceof UnusableAnswerError ? verdictOf('unusable-answer') : classify(facts);
  return as(verdict, error, errorTypeOf(verdict, facts), facts.message, facts.retryAfterMs);
}

/** Few different words, as the conventions ask: `timeout`, a status, or the class of the failure. */
function errorTypeOf(verdict: FailureVerdict, facts: ErrorFacts): string {
  if (verdict.failure === 'timeout') return 'timeout';
  return facts.status === undefined ? verdict.failure.replaceAll('-', '_') : String(facts.status);
}

async function chooseNext<Request, Answer>(running: Running<Request, Answer>): Promise<number | undefined> {
  const { list, ports, failures, route, callerSignal } = running;
  const step = nextStep({
    plan: running.routed.plan, tried: failures, remainingMs: running.deadlineMs - ports.clock.monotonicMs(),
    sharesAccount: (left, right) => list.targets[left]?.account === list.targets[right]?.account, jitter: ports.random(),
  });
  if (step.kind === 'give-up') return undefined;
  if (step.kind === 'try') return step.index;
  if (!route.bucket.take()) return undefined;
  if (await waitFor(step.waitMs, callerSignal)) return step.index;
  const target = list.targets[step.index];
  const error = target?.abortError?.() ?? callerSignal?.reason;
  attachServed(error, servedNow(running, target?.id ?? '', undefined, failures.length));
  throw error;
}

/** The caller's own abort as such; else the primary's error, or the first one where the primary was not asked: what the application would have met without us. */
function finalError<Request, Answer>(running: Running<Request, Answer>): unknown {
  const { failures } = running;
  const shown = failures.find((failure) => failure.verdict.failure === 'caller-abort') ?? failures.find((failure) => failure.index === 0) ?? failures[0];
  attachServed(shown?.error, servedNow(running, failures.at(-1)?.target ?? '', undefined, failures.length));
  return shown?.error;
}
