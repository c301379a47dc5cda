import { z } from 'zod';
import { durationMs, durationSchema } from './duration.ts';
import { THRESHOLD_STATISTICS } from './threshold.ts';
import { signalDefinition, signalNameSchema } from './signal.ts';

/** Parts of a route's policy that are plain rules. */
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

const thresholdSchema = z.strictObject({
  signal: signalNameSchema.describe('A signal, or `duration` (ms of a call) or `spend` (USD)'),
  statistic: z.enum(THRESHOLD_STATISTICS).describe('rate or mean over the calls; p50, p95, p99 of numbers; sum of spend'),
  over: durationSchema.describe('1m to 24h, in whole minutes'),
  max: z.number().min(0).max(1e12).describe('Broken above it').optional(),
  min: z.number().min(0).max(1e12).describe('Broken below it').optional(),
  minCalls: z.int().min(1).max(1_000_000).default(20).describe('With fewer calls in the time nothing is said; `sum` needs none'),
  action: z.enum(['alert', 'switch']).default('alert').describe('What happens when it is broken'),
})
  .refine(({ max, min }) => (max === undefined) !== (min === undefined), 'either max or min')
  .refine(({ over }) => wholeMinutes(durationMs(over) ?? 0), { message: '1m to 24h, in whole minutes', path: ['over'] })
  .refine(({ signal, statistic }) => fits(signalDefinition(signal).kind, signal, statistic), { message: 'a statistic that fits the signal: rate or mean of shares; mean or a p of numbers; sum of spend', path: ['statistic'] });
export type ThresholdPolicy = z.infer<typeof thresholdSchema>;
export const thresholdsSchema = z.array(thresholdSchema).max(20).default([]).describe('Plain rules over closed minutes, beside the detectors');

function wholeMinutes(ms: number): boolean {
  return ms >= MINUTE_MS && ms <= DAY_MS && ms % MINUTE_MS === 0;
}

function fits(kind: 'rate' | 'quantile' | 'score' | 'window', signal: string, statistic: string): boolean {
  if (signal === 'spend') return statistic === 'sum';
  if (statistic === 'sum') return false;
  if (kind === 'rate' || kind === 'score') return statistic === 'rate' || statistic === 'mean';
  return statistic !== 'rate';
}

const words = z.array(z.string().min(1).max(500)).max(50);
const language = z.string().max(2).regex(/^[a-z]{2}$/, 'a code of two letters, such as en');

export const expectationsSchema = z.strictObject({
  format: z.enum(['text', 'json']).describe('json: an answer that is no JSON counts as `json_invalid`. Default: what the route\'s requests ask for').optional(),
  jsonSchema: z.record(z.string(), z.unknown()).describe('JSON Schema that an answer in JSON must meet').optional(),
  languages: z.array(language).min(1).max(20).describe('Languages of the answers. Default: that of the question').optional(),
  contains: words.describe('Texts that every answer contains').optional(),
  excludes: words.describe('Texts that no answer contains').optional(),
  minCharacters: z.int().min(0).max(1_000_000).describe('Shortest answer').optional(),
  maxCharacters: z.int().min(1).max(1_000_000).describe('Longest answer').optional(),
}).prefault({});
export type Expectations = z.infer<typeof expectationsSchema>;

export const heuristicsSchema = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a name of a-z, 0-9 and _'), z.string().min(1).max(1_000).describe('Path of a file, from that of the policy, that exports `version` and `score(answer)`; the signal is `custom.N`')).default({});
