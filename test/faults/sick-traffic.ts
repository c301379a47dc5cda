import type { SeededRandom } from 'understudy/src/demo/seeded-random.ts';
import type { Ending } from '../support/chat-span.ts';

export const PRIMARY = 'openai/gpt-5';
export const FALLBACK = 'openai/gpt-5-mini';
/** The first one's primary goes bad. Their keys lie in different partitions of every topic. */
export const ROUTES = ['support.answer', 'shop.search', 'mail.summary', 'code.review', 'chat.title', 'docs.question'] as const;
export const SICK_ROUTE = ROUTES[0];

const ROUTE_POLICY = {
  mode: 'auto', baseline: { minCalls: 100 }, ramp: { steps: [100] }, holdDown: { base: '5s', cap: '20s' }, probe: { percent: 10 }, standby: { percent: 20 }, recovery: { cleanFor: '5s' },
  signals: Object.fromEntries(['error', 'timeout', 'truncated', 'refusal', 'loop', 'empty', 'length', 'latency_per_token', 'cost_per_call'].map((signal) => [signal, { tolerance: 0.2 }])),
};
/** YAML contains JSON. */
export const POLICY = JSON.stringify({ version: 1, routes: Object.fromEntries(ROUTES.map((route) => [route, ROUTE_POLICY])) });

/** How a call ends, everyday troubles among them, while the primary of the sick route is bad or not. */
export function endingOf(isSick: boolean, route: string, target: string, random: SeededRandom): Ending {
  if (isSick && route === SICK_ROUTE && target === PRIMARY && random.chance(0.8)) return 'refused';
  const everyday = random.next();
  return everyday < 0.01 ? 'failed' : everyday < 0.02 ? 'timed-out' : everyday < 0.03 ? 'cut' : everyday < 0.04 ? 'refused' : 'good';
}
