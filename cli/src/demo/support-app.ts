import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { createUnderstudy } from '@understudy/sdk/node';
import { createSupport } from './ask-support.ts';
import { enableOwnTraces } from './own-trace.ts';
import { seededRandom } from './seeded-random.ts';

// A small support application, a process of its own. It knows its model provider and Understudy by their addresses, and nothing of what happens behind them:
//   node support-app.ts --provider http://127.0.0.1:5000 --understudy http://127.0.0.1:4319 --seed 1 --rate 20
const { values } = parseArgs({
  options: { provider: { type: 'string' }, understudy: { type: 'string' }, seed: { type: 'string', default: '1' }, rate: { type: 'string', default: '20' } },
});
if (values.provider === undefined || values.understudy === undefined) {
  console.error('support-app: give --provider URL and --understudy URL');
  process.exit(2);
}

enableOwnTraces();
const understudy = createUnderstudy({ endpoint: values.understudy, service: 'support-app' });
const openai = understudy.openai('support.answer', new OpenAI({ baseURL: `${values.provider}/v1`, apiKey: 'not-needed' }), { fallbacks: ['gpt-5-mini'] });
const support = createSupport(openai, 'gpt-5', seededRandom(values.seed, 'questions'));

const random = seededRandom(values.seed, 'arrivals');
const meanGapMs = 1000 / Number(values.rate);
const stopping = new AbortController();
const underWay = new Set<Promise<void>>();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

while (!stopping.signal.aborted) {
  const asked: Promise<void> = support.ask().then((answer) => {
    console.log(JSON.stringify(answer));
    underWay.delete(asked);
  });
  underWay.add(asked);
  // Between half and one and a half of the mean: customers do not come like clockwork.
  await pause(meanGapMs * (0.5 + random.next()), undefined, { signal: stopping.signal }).catch(() => undefined);
}
await Promise.race([Promise.all([...underWay]), pause(1_000)]);
await Promise.race([understudy.shutdown(), pause(1_500)]);
process.exit(0);
