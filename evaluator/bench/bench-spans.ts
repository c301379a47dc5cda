import { traceRequestFromJson } from '@understudy/contracts/otlp/from-json';

const WORDS = (
  'the order was sent on Monday and should reach you within three days if it has not please reply with its number so that we can look for it in our store '
  + 'customers often ask how long a refund takes most banks need about five working days after we have received what was returned thank you for waiting'
).split(' ');

/** Prose in a seeded order: sentences of 8 to 20 words with numbers in between, nothing that repeats. */
export function prose(seed: number, characters: number): string {
  let state = seed >>> 0;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
  let text = '';
  while (text.length < characters) {
    const words = Array.from({ length: 8 + next(13) }, () => (next(20) === 0 ? String(next(10_000)) : WORDS[next(WORDS.length)]));
    text += `${words.join(' ')}. `;
  }
  return text.slice(0, characters);
}

/** One request as protobuf, of chat spans with `inputBytes` and `outputBytes` of text each. */
export function benchRequest(firstSpan: number, spans: number, inputBytes: number, outputBytes: number): Uint8Array {
  const message = (role: string, content: string) => JSON.stringify([{ role, parts: [{ type: 'text', content }] }]);
  const span = (index: number) => ({
    traceId: index.toString(16).padStart(32, '0'), spanId: (index + 1).toString(16).padStart(16, '0'), name: 'chat gpt-5-mini', kind: 3, startTimeUnixNano: '1763000000000000000', endTimeUnixNano: `17630000${10 + (index % 5)}250000000`,
    attributes: [
      ...Object.entries({
        'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5-mini', 'gen_ai.response.model': 'gpt-5-mini-2025-08-07', 'gen_ai.response.id': `chatcmpl-${index}`,
        'understudy.route': `route-${index % 10}`, 'understudy.target': 'openai/gpt-5-mini', 'understudy.request.id': `request-${index}`, 'understudy.purpose': 'serve', 'understudy.reason': 'app-order',
        'gen_ai.input.messages': message('user', prose(2 * index, inputBytes)), 'gen_ai.output.messages': message('assistant', prose(2 * index + 1, outputBytes)),
      }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '420' } }, { key: 'gen_ai.usage.output_tokens', value: { intValue: String(100 + (index % 300)) } },
      { key: 'gen_ai.response.finish_reasons', value: { arrayValue: { values: [{ stringValue: 'stop' }] } } },
    ],
  });
  const request = { resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }, scopeSpans: [{ spans: Array.from({ length: spans }, (_, i) => span(firstSpan + i)) }] }] };
  return traceRequestFromJson(Buffer.from(JSON.stringify(request))).bytes;
}
