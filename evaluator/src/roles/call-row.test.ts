import { callRowSchema, SIGNAL_COLUMNS } from '@understudy/contracts/call';
import type { SignalValues } from '@understudy/contracts/signal';
import { expect, it } from 'vitest';
import { callFromSpan } from '../normalise/call-from-span.ts';
import { callRow } from './call-row.ts';

const call = callFromSpan({
  traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), parentSpanId: undefined, name: 'chat', kind: 3, startMs: 1_000, durationMs: 250, statusCode: 0, statusMessage: undefined, scopeName: undefined, droppedAttributesCount: 0,
  attributes: new Map([['gen_ai.operation.name', 'chat']]), resource: new Map(),
});
const rowOf = (signals: SignalValues) => callRow(call as NonNullable<typeof call>, signals, [], undefined, 2_000);

it('keeps signals with a column of their own there, and every other one by its name', () => {
  const row = rowOf({ error: 0, length: 12, json_invalid: 1, ungrounded: 0.25, 'custom.polite': 0 });
  expect(row).toMatchObject({ error: 0, length: 12, timeout: null, scores: { json_invalid: 1, ungrounded: 0.25, 'custom.polite': 0 } });
  expect(Object.keys(row.scores).filter((name) => SIGNAL_COLUMNS.some((column) => column === name))).toEqual([]);
  expect(callRowSchema.safeParse(row).error).toBeUndefined();
});
it('leaves out what is not known', () => {
  expect(rowOf({ value_share: undefined }).scores).toEqual({});
});
