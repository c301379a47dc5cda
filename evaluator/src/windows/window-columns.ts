import { SIGNAL_COLUMNS } from '@understudy/contracts/call';
import { SIGNAL_NAMES, signalDefinition, type SignalName } from '@understudy/contracts/signal';
import { signalColumn } from '../store/signal-column.ts';

/** Relative error of a sketch's quantiles, at most. */
export const SKETCH_ERROR = 0.01;
/** The quantiles that a sketch is asked for, in the order of its answer. */
export const SKETCH_STATISTICS = ['p50', 'p95', 'p99'] as const;
export type SketchStatistic = (typeof SKETCH_STATISTICS)[number];
const SKETCH = 'quantilesDD';
/** As in the migration. ClickHouse's sketch errs by up to 3.04 times its parameter (measured over 160,000 values from 1e-11 to 3e6). */
const SKETCH_PARAMETERS = '(0.003, 0.5, 0.95, 0.99)';

/** What windows keep a sketch of: the duration, and every signal that is a number. */
export const SKETCHED: readonly SignalName[] = ['duration', ...SIGNAL_NAMES.filter((name) => signalDefinition(name).kind === 'quantile')];

export function sketchColumn(name: SignalName): string {
  if (!SKETCHED.includes(name)) throw new TypeError(`windows keep no quantiles of ${name}`);
  return `${name}_quantiles`;
}

/** Of minutes put together: [p50, p95, p99]. */
export function mergedSketch(name: SignalName): string {
  return `${SKETCH}Merge${SKETCH_PARAMETERS}(${sketchColumn(name)})`;
}

/** Copies whose answer nobody saw say nothing about what users got. */
const REAL = `purpose != 'shadow'`;

/** Columns of `windows` beyond the key, each with its SQL over the calls of one minute. */
export const WINDOW_COLUMNS: readonly (readonly [column: string, sql: string])[] = [
  ['calls', 'count()'],
  ...(['error', 'timeout', 'empty', 'truncated', 'refusal', 'loop'] as const).map((name, index) => [['errors', 'timeouts', 'empties', 'truncations', 'refusals', 'loops'][index] ?? name, `countIf(${name} = 1)`] as const),
  ['cost_usd', 'sum(cost_usd)'], ['latency_p50_ms', 'quantile(0.5)(duration_ms)'], ['latency_p95_ms', 'quantile(0.95)(duration_ms)'],
  ['real_calls', `countIf(${REAL})`],
  ['signal_calls', `mapUpdate(map('duration', countIf(${REAL}), ${SIGNAL_COLUMNS.map((name) => `'${name}', countIf(${name} IS NOT NULL AND ${REAL})`).join(', ')}), sumMapIf(mapApply((name, value) -> (name, toUInt64(1)), scores), ${REAL}))`],
  ['signal_sums', `mapUpdate(map('duration', sumIf(duration_ms, ${REAL}), ${SIGNAL_COLUMNS.map((name) => `'${name}', ifNull(toFloat64(sumIf(${name}, ${REAL})), 0)`).join(', ')}), sumMapIf(scores, ${REAL}))`],
  ...SKETCHED.map((name) => [sketchColumn(name), `${SKETCH}StateIf${SKETCH_PARAMETERS}(${name === 'duration' ? 'duration_ms' : `toFloat64(${signalColumn(name)})`}, ${REAL})`] as const),
];
