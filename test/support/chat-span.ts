import type { Purpose } from '@understudy/contracts/attributes';
import { UNDERSTUDY } from '@understudy/contracts/attributes';

/** How a call of a test ended; each has its signals, by construction. */
export const ENDINGS = ['good', 'refused', 'cut', 'failed', 'timed-out'] as const;
export type Ending = (typeof ENDINGS)[number];

export interface TestCall {
  readonly traceId: string;
  readonly spanId: string;
  readonly route: string;
  readonly target: string;
  readonly targets: readonly string[];
  readonly purpose: Purpose;
  readonly ending: Ending;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Length of a good answer, 1 to 12 sentences. */
  readonly sentences?: number;
}

/** All different: a text that repeats itself would be a loop. */
const SENTENCES = [
  'Your order left our warehouse this morning.', 'The carrier has scanned the parcel twice since then.', 'It should be at your door on Thursday before noon.',
  'You can follow it with the number in the confirmation mail.', 'Somebody has to sign for it, a neighbour will do.', 'When nobody is in, it waits at the nearest shop for a week.',
  'Returns are free within thirty days of delivery.', 'The label for that is inside the box.', 'Refunds reach your account two days after we have the goods.',
  'Write again if anything is missing from it.', 'We have also sent a copy of the invoice.', 'Thank you for your patience.',
];
const REFUSAL = 'I\'m sorry, but I can\'t help with that request.';

interface Attribute {
  readonly key: string;
  readonly value: object;
}
const text = (key: string, value: string): Attribute => ({ key, value: { stringValue: value } });
const texts = (key: string, values: readonly string[]): Attribute => ({ key, value: { arrayValue: { values: values.map((value) => ({ stringValue: value })) } } });

/** The call as an OTLP/JSON span by the GenAI conventions. */
export function spanOf(call: TestCall): object {
  const isFailed = call.ending === 'failed' || call.ending === 'timed-out';
  return {
    traceId: call.traceId, spanId: call.spanId, name: `chat ${modelOf(call)}`, kind: 3,
    startTimeUnixNano: nanoseconds(call.startedAtMs), endTimeUnixNano: nanoseconds(call.startedAtMs + call.durationMs),
    status: isFailed ? { code: 2 } : {},
    attributes: [
      text('gen_ai.operation.name', 'chat'), text('gen_ai.provider.name', call.target.split('/')[0] ?? ''), text('gen_ai.request.model', modelOf(call)),
      text(UNDERSTUDY.route, call.route), text(UNDERSTUDY.target, call.target), texts(UNDERSTUDY.targets, call.targets), text(UNDERSTUDY.purpose, call.purpose),
      ...(isFailed ? [text('error.type', call.ending === 'failed' ? '503' : 'timeout')] : answerOf(call)),
    ],
  };
}

function modelOf(call: TestCall): string {
  return call.target.split('/')[1] ?? call.target;
}

function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}

function answerOf(call: TestCall): Attribute[] {
  const content = call.ending === 'refused' ? REFUSAL : SENTENCES.slice(0, call.sentences ?? 6).join(' ');
  return [
    texts('gen_ai.response.finish_reasons', [call.ending === 'cut' ? 'length' : 'stop']),
    { key: 'gen_ai.usage.input_tokens', value: { intValue: '100' } },
    { key: 'gen_ai.usage.output_tokens', value: { intValue: String(Math.ceil(content.length / 4)) } },
    text('gen_ai.output.messages', JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content }] }])),
  ];
}

/** An OTLP/JSON request. */
export function requestOf(calls: readonly TestCall[]): string {
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: [text('service.name', 'test')] }, scopeSpans: [{ scope: { name: 'test' }, spans: calls.map(spanOf) }] }] });
}
