import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { callRoute } from '../src/call/call-route.ts';
import { SYSTEM_PORTS } from '../src/clock.ts';
import { SnapshotStore } from '../src/overrides/snapshot-store.ts';
import { Route } from '../src/routing/route.ts';
import { TargetList } from '../src/routing/target-list.ts';
import type { AnswerFacts, CallDescription } from '../src/telemetry/attempt-span.ts';
import { Redactor } from '../src/telemetry/redaction.ts';
import { SpanRecorder } from '../src/telemetry/span-recorder.ts';

/*
 * What the SDK costs on the call path, in CPU time of this process (user and system), best and median of several rounds.
 * Run: node sdk/bench/routing.bench.ts
 */
const ROUNDS = 7;
const TARGETS = ['openai/gpt-5', 'openai/gpt-5-mini', 'anthropic/claude'].map((id) => ({ id }));
const CONTENT = 'The night train to Vienna leaves platform four at nine. '.repeat(37).slice(0, 2_048);

const store = new SnapshotStore(() => undefined);
const route = new Route('support.answer', store, undefined, SYSTEM_PORTS);
const list = new TargetList(TARGETS, (id) => route.breakerOf(id));
const ids = Array.from({ length: 1_024 }, () => crypto.randomUUID());

await benchDecisions();
benchSpans();
await benchWholeCalls();

async function benchDecisions(): Promise<void> {
  const offered = store.offer({
    v: 1, project: 'default', epoch: 1, version: 1, issuedAt: Date.now(), ttlMs: 60_000, frozen: false,
    routes: { 'support.answer': { targets: [{ id: 'openai/gpt-5', percent: 40, purpose: 'probe' }, { id: 'openai/gpt-5-mini', percent: 60, purpose: 'serve' }], reason: 'bench' } },
  }, SYSTEM_PORTS.clock.monotonicMs(), 0);
  if (offered.kind !== 'accepted') throw new Error('the bench has no override');
  const decide = (count: number): void => {
    for (let index = 0; index < count; index += 1) route.plan(list, ids[index & 1_023]);
  };
  decide(200_000);
  report('routing decision (override, share by conversation, 3 breakers)', rounds(() => perItemMicroseconds(500_000, decide)), 'goal 1 µs; opossum 1.45 µs');
  for (let failure = 0; failure < 5; failure += 1) route.breakerOf('openai/gpt-5-mini').fail(SYSTEM_PORTS.clock.monotonicMs(), false, 0.5);
  report('the same with one breaker open', rounds(() => perItemMicroseconds(200_000, decide)), 'goal 1 µs');
  route.breakerOf('openai/gpt-5-mini').succeed(SYSTEM_PORTS.clock.monotonicMs(), true);
  const samples: number[] = [];
  for (let index = 0; index < 100_000; index += 1) {
    const begun = process.hrtime.bigint();
    route.plan(list, ids[index & 1_023]);
    samples.push(Number(process.hrtime.bigint() - begun) / 1_000);
  }
  samples.sort((left, right) => left - right);
  console.log(`routing decision, wall time with the timer's own: p50 ${samples[50_000]?.toFixed(2)} µs, p99 ${samples[99_000]?.toFixed(2)} µs (goal p99 20 µs)`);
}

function provider(): TracerProvider {
  const exporter = { export: (_spans: unknown, done: (result: { code: number }) => void) => done({ code: 0 }), shutdown: async () => {}, forceFlush: async () => {} };
  return new TracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: 1_000_000 })] });
}

function benchSpans(): void {
  const messages = (role: string): readonly { role: string; parts: { type: 'text'; content: string }[] }[] => [{ role, parts: [{ type: 'text', content: CONTENT }] }];
  const call: CallDescription = { operation: 'chat', provider: 'openai', model: 'gpt-5', stream: false, serverAddress: 'api.openai.com', serverPort: 443, inputMessages: () => messages('user') };
  const answer: AnswerFacts = { responseModel: 'gpt-5', responseId: 'chatcmpl-1', finishReasons: ['stop'], inputTokens: 500, outputTokens: 500, outputMessages: () => messages('assistant') };
  const identity = { route: 'support.answer', target: 'openai/gpt-5', targets: list.ids, requestId: 'r', attempt: 1, purpose: 'serve', reason: 'app-order', overrideVersion: '1.1', conversationId: 'c' } as const;
  const recorder = new SpanRecorder({ tracer: provider().getTracer('bench'), captureContent: true, redactor: new Redactor(undefined), instanceId: 'i' }, SYSTEM_PORTS.clock);
  const onPath = (count: number): void => {
    for (let index = 0; index < count; index += 1) recorder.start(identity, call, ROOT_CONTEXT, []).end({ kind: 'answered', answer });
  };
  const afterwards: number[] = [];
  const measured = rounds(() => {
    const path = perItemMicroseconds(4_000, onPath);
    afterwards.push(perItemMicroseconds(4_000, () => recorder.deferred.flush()));
    return path;
  }, 25);
  report('span on the call path, 2 × 2 KB content', measured, 'goal 15 µs; stock OpenTelemetry SDK 51 µs');
  report('its attributes and content, written after the answer', afterwards.sort((left, right) => left - right), 'not on the call path');
  const tracer = provider().getTracer('stock');
  const stock = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const span = tracer.startSpan('chat gpt-5', { kind: SpanKind.CLIENT, attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5' } });
      span.setAttributes({
        'understudy.route': identity.route, 'understudy.target': identity.target, 'understudy.targets': [...identity.targets], 'understudy.request.id': 'r', 'understudy.attempt': 1, 'understudy.purpose': 'serve', 'understudy.reason': 'app-order',
        'understudy.instance.id': 'i', 'gen_ai.conversation.id': 'c', 'server.address': 'api.openai.com', 'server.port': 443, 'gen_ai.response.model': 'gpt-5', 'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.usage.input_tokens': 500, 'gen_ai.usage.output_tokens': 500, 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.input.messages': JSON.stringify(messages('user')), 'gen_ai.output.messages': JSON.stringify(messages('assistant')),
      });
      span.end();
    }
  };
  report('the same span written at once on the stock SDK', rounds(() => perItemMicroseconds(4_000, stock), 25), 'reference, measured here');
}

async function benchWholeCalls(): Promise<void> {
  const recorder = new SpanRecorder({ tracer: provider().getTracer('bench'), captureContent: true, redactor: new Redactor(undefined), instanceId: 'i' }, SYSTEM_PORTS.clock);
  const bare = async (): Promise<string> => CONTENT;
  const ask = callRoute(new Route('bench', store, undefined, SYSTEM_PORTS), { primary: { id: 'a/b', run: bare }, fallbacks: [{ id: 'a/c', run: bare }] }, { ports: SYSTEM_PORTS, recorder });
  const measured: number[] = [];
  for (let round = 0; round < 25; round += 1) {
    const begun = cpuMicroseconds();
    for (let index = 0; index < 2_000; index += 1) await ask('question');
    measured.push((cpuMicroseconds() - begun) / 2_000);
    recorder.deferred.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }
  report('a whole routed call: plan, span, deadline, abort signal, breaker', measured.sort((left, right) => left - right), 'no goal of its own');
}

function rounds(measure: () => number, count = ROUNDS): number[] {
  return Array.from({ length: count }, measure).sort((left, right) => left - right);
}

function perItemMicroseconds(count: number, run: (count: number) => void): number {
  const begun = cpuMicroseconds();
  run(count);
  return (cpuMicroseconds() - begun) / count;
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function report(what: string, sorted: readonly number[], reference: string): void {
  console.log(`${what}: best ${sorted[0]?.toFixed(2)} µs, median ${sorted[sorted.length >> 1]?.toFixed(2)} µs CPU (${reference})`);
}
