import { traceRequestFromJson } from '@understudy/contracts/otlp/from-json';
import { prose } from './bench-spans.ts';

export interface ChatSpan {
  readonly route: string;
  readonly target: string;
  readonly targets: readonly string[];
  readonly failed?: boolean;
}

/** Hex digits of a trace id; the span's own id is its second half. */
const ID_DIGITS = 32;
const TEXT_BYTES = 512;

function spanOf({ route, target, targets, failed = false }: ChatSpan, id: string, index: number, endedAtMs: number) {
  const [provider = '', model = ''] = target.split('/');
  const message = (role: string, seed: number) => JSON.stringify([{ role, parts: [{ type: 'text', content: prose(seed, TEXT_BYTES) }] }]);
  const texts = {
    'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': provider, 'gen_ai.request.model': model, 'gen_ai.response.model': model, 'gen_ai.response.id': `chatcmpl-${index}`,
    'understudy.route': route, 'understudy.target': target, 'understudy.request.id': `request-${id}`, 'understudy.purpose': 'serve', 'understudy.reason': 'app-order', 'gen_ai.input.messages': message('user', 2 * index),
    ...(failed ? { 'error.type': '500' } : { 'gen_ai.output.messages': message('assistant', 2 * index + 1) }),
  };
  return {
    traceId: id, spanId: id.slice(ID_DIGITS / 2), name: 'chat', kind: 3, startTimeUnixNano: `${endedAtMs - 900 - (index % 500)}000000`, endTimeUnixNano: `${endedAtMs}000000`, ...(failed ? { status: { code: 2 } } : {}),
    attributes: [
      ...Object.entries(texts).map(([key, stringValue]) => ({ key, value: { stringValue } })),
      { key: 'understudy.targets', value: { arrayValue: { values: targets.map((stringValue) => ({ stringValue })) } } },
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '420' } }, { key: 'gen_ai.usage.output_tokens', value: { intValue: String(100 + (index % 300)) } },
      { key: 'gen_ai.response.finish_reasons', value: { arrayValue: { values: [{ stringValue: 'stop' }] } } },
    ],
  };
}

let made = 0;

/** One OTLP request as protobuf, every span with an id of its own. */
export function chatRequest(spans: readonly ChatSpan[], endedAtMs: number): Buffer {
  const encoded = spans.map((span) => {
    made += 1;
    return spanOf(span, made.toString(16).padStart(ID_DIGITS, '0'), made, endedAtMs);
  });
  const request = { resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }, scopeSpans: [{ spans: encoded }] }] };
  return Buffer.from(traceRequestFromJson(Buffer.from(JSON.stringify(request))).bytes);
}
