/** A small seeded generator (mulberry32), so that every run sends the same bytes. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A request as JSON, of chat spans with about `textBytes` of text each; it compresses about as English does. */
export function benchRequestJson(spanCount: number, textBytes: number): string {
  const random = seeded(7);
  const letters = 'eeeettaaooiinnsshhrrddllcumwfgypbvk';
  const word = (): string => Array.from({ length: 2 + Math.floor(random() * 8) }, () => letters[Math.floor(random() * letters.length)]).join('');
  const words = Array.from({ length: 2_000 }, word);
  const text = (length: number): string => {
    let written = '';
    while (written.length < length) written += `${words[Math.floor(random() ** 2 * words.length)]} `;
    return written.slice(0, length);
  };
  const id = (bytes: number): string => Array.from({ length: bytes }, () => (1 + Math.floor(random() * 255)).toString(16).padStart(2, '0')).join('');
  const message = (role: string, length: number): string => JSON.stringify([{ role, parts: [{ type: 'text', content: text(length) }] }]);
  const textAttributes = (): [string, string][] => [
    ['gen_ai.operation.name', 'chat'], ['gen_ai.provider.name', 'openai'], ['gen_ai.request.model', 'gpt-5-mini'], ['gen_ai.response.model', 'gpt-5-mini-2026-08-07'],
    ['gen_ai.response.id', `chatcmpl-${id(14)}`], ['understudy.route', 'support.answer'], ['understudy.target', 'openai/gpt-5-mini'], ['understudy.request.id', id(16)], ['understudy.purpose', 'serve'],
    ['understudy.reason', 'app-order'], ['gen_ai.input.messages', message('user', textBytes / 2)], ['gen_ai.output.messages', message('assistant', textBytes / 2)],
  ];
  const span = (): object => ({
    traceId: id(16), spanId: id(8), name: 'chat gpt-5-mini', kind: 3, startTimeUnixNano: `1763000000${100_000_000 + Math.floor(random() * 1e8)}`, endTimeUnixNano: `1763000001${100_000_000 + Math.floor(random() * 1e8)}`,
    attributes: [
      ...textAttributes().map(([key, stringValue]) => ({ key, value: { stringValue } })),
      { key: 'gen_ai.usage.input_tokens', value: { intValue: String(Math.floor(random() * 2_000)) } }, { key: 'gen_ai.usage.output_tokens', value: { intValue: String(Math.floor(random() * 500)) } },
      { key: 'gen_ai.response.finish_reasons', value: { arrayValue: { values: [{ stringValue: 'stop' }] } } },
    ],
    status: { code: 1 },
  });
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'support' } }] }, scopeSpans: [{ scope: { name: 'bench' }, spans: Array.from({ length: spanCount }, span) }] }] });
}

