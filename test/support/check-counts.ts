import { isDeepStrictEqual } from 'node:util';
import type { Ending } from './chat-span.ts';
import type { SentCall } from './numbered-sender.ts';
import { waitUntil } from './wait-until.ts';

export interface CountCheck {
  readonly calls: number;
  readonly windows: number;
  /** One line each; empty when everything was counted exactly once everywhere. */
  readonly faults: readonly string[];
}

/** Where the counts are read. */
export interface CountedSystem {
  readonly api: string;
  /** Rows of a query on its ClickHouse. */
  query<Row>(sql: string): Promise<Row[]>;
}

export interface CountOptions {
  /** How wrong its clock was at most; what two processes of one machine may differ where nothing is said. */
  readonly clockErrorMs?: number;
  /** So long it may take until everything is counted. */
  readonly settleMs?: number;
}

interface StoredCall {
  readonly trace_id: string;
  readonly span_id: string;
  readonly route: string;
  readonly target: string;
  readonly purpose: string;
  readonly error: number | null;
  readonly timeout: number | null;
  readonly refusal: number | null;
  readonly truncated: number | null;
  readonly received_ms: string;
}

/** Sums of one (route, target, minute): calls, errors, time-outs, refusals, truncations. */
type Sums = [calls: number, errors: number, timeouts: number, refusals: number, truncations: number];

const SETTLE_MS = 60_000;
/** Clocks of one machine, but read in two processes and rounded. */
const CLOCK_MS = 5;
/** Rows of one answer, about; more of them at once would be a text too long. */
const ROWS_AN_ANSWER = 50_000;

/** Holds what the system has counted (rows, windows, decide) against what the sender was acknowledged. Its evaluator must be about to close the minutes. */
export async function checkCounts(system: CountedSystem, sent: readonly SentCall[], { clockErrorMs = CLOCK_MS, settleMs = SETTLE_MS }: CountOptions = {}): Promise<CountCheck> {
  const rows = await settledRows(system, sent.length, settleMs);
  const windows = await settledWindows(system, sent.length, settleMs);
  return {
    calls: rows.length, windows: windows.size,
    faults: [...compareCalls(rows, sent, clockErrorMs), ...compareWindows(rows, windows), ...(await compareDecide(system.api, sent, settleMs))],
  };
}

async function settledRows(system: CountedSystem, wanted: number, settleMs: number): Promise<StoredCall[]> {
  // When it never settles, the comparison says what is missing.
  await waitUntil('all calls are archived', settleMs, async () => (await count(system, 'SELECT count() AS n FROM calls FINAL')) >= wanted).catch(() => undefined);
  const rows: StoredCall[] = [];
  const parts = Math.max(1, Math.ceil(wanted / ROWS_AN_ANSWER));
  for (let part = 0; part < parts; part++) {
    const some = await system.query<StoredCall>(`SELECT trace_id, span_id, route, target, purpose, error, timeout, refusal, truncated, toUnixTimestamp64Milli(received_at) AS received_ms FROM calls FINAL WHERE cityHash64(trace_id, span_id) % ${parts} = ${part}`);
    for (const row of some) rows.push(row);
  }
  return rows;
}

async function settledWindows(system: CountedSystem, wanted: number, settleMs: number): Promise<Map<string, Sums>> {
  await waitUntil('all minutes are closed', settleMs, async () => (await count(system, 'SELECT sum(calls) AS n FROM windows FINAL')) >= wanted).catch(() => undefined);
  const rows = await system.query<Record<string, string>>('SELECT route, target, toUnixTimestamp(minute) AS at, calls, errors, timeouts, refusals, truncations FROM windows FINAL');
  return new Map(rows.map((row) => [keyOf(row.route, row.target, Number(row.at)), [row.calls, row.errors, row.timeouts, row.refusals, row.truncations].map(Number) as Sums]));
}

async function count(system: CountedSystem, sql: string): Promise<number> {
  return Number((await system.query<{ n: string }>(sql))[0]?.n ?? 0);
}

function compareCalls(rows: readonly StoredCall[], sent: readonly SentCall[], clockErrorMs: number): string[] {
  const faults: string[] = [];
  const stored = new Map<string, StoredCall>();
  for (const row of rows) {
    const id = `${row.trace_id}/${row.span_id}`;
    if (stored.has(id)) faults.push(`${id} is counted twice in calls`);
    stored.set(id, row);
  }
  for (const one of sent) {
    const id = `${one.call.traceId}/${one.call.spanId}`;
    const row = stored.get(id);
    if (row === undefined) faults.push(`${id} was acknowledged and is not in calls`);
    else faults.push(...compareCall(id, row, one, clockErrorMs));
    stored.delete(id);
  }
  for (const id of stored.keys()) faults.push(`${id} is in calls and was never sent`);
  return faults;
}

function compareCall(id: string, row: StoredCall, { call, firstSentMs, ackedMs }: SentCall, clockErrorMs: number): string[] {
  const faults: string[] = [];
  const is = [row.route, row.target, row.purpose, row.error, row.timeout, row.refusal, row.truncated];
  const should = [call.route, call.target, call.purpose, ...signalsOf(call.ending)];
  if (!isDeepStrictEqual(is, should)) faults.push(`${id} is ${JSON.stringify(is)}, was sent as ${JSON.stringify(should)}`);
  const receivedMs = Number(row.received_ms);
  if (receivedMs < firstSentMs - clockErrorMs || receivedMs > ackedMs + clockErrorMs) faults.push(`${id} was received at ${receivedMs}, but sent at ${firstSentMs} and acknowledged at ${ackedMs}`);
  return faults;
}

/** error, timeout, refusal, truncated; a failed call has no answer to say anything about. */
function signalsOf(ending: Ending): (number | null)[] {
  if (ending === 'failed') return [1, 0, null, null];
  if (ending === 'timed-out') return [1, 1, null, null];
  return [0, 0, ending === 'refused' ? 1 : 0, ending === 'cut' ? 1 : 0];
}

/** The windows are summed up again here, from the single calls, which were compared with the sender's own account. */
function compareWindows(rows: readonly StoredCall[], windows: ReadonlyMap<string, Sums>): string[] {
  const sums = new Map<string, Sums>();
  for (const row of rows) {
    const key = keyOf(row.route, row.target, Math.floor(Number(row.received_ms) / 60_000) * 60);
    const [calls, errors, timeouts, refusals, truncations] = sums.get(key) ?? [0, 0, 0, 0, 0];
    sums.set(key, [calls + 1, errors + (row.error ?? 0), timeouts + (row.timeout ?? 0), refusals + (row.refusal ?? 0), truncations + (row.truncated ?? 0)]);
  }
  const keys = new Set([...sums.keys(), ...windows.keys()]);
  return [...keys].filter((key) => !isDeepStrictEqual(sums.get(key), windows.get(key))).map((key) => `window ${key} holds ${windows.get(key)}, its calls sum up to ${sums.get(key)}`);
}

async function compareDecide(api: string, sent: readonly SentCall[], settleMs: number): Promise<string[]> {
  const should = new Map<string, number>();
  for (const { call } of sent) should.set(keyOf(call.route, call.target), (should.get(keyOf(call.route, call.target)) ?? 0) + 1);
  let is = new Map<string, number>();
  await waitUntil('decide has counted everything', settleMs, async () => {
    const { items } = (await (await fetch(`${api}/v1/routes`)).json()) as { items: { route: string; targets: { id: string; calls: number }[] }[] };
    is = new Map(items.flatMap(({ route, targets }) => targets.map(({ id, calls }): [string, number] => [keyOf(route, id), calls])));
    return isDeepStrictEqual(is, should) || [...is.values()].reduce((sum, calls) => sum + calls, 0) > sent.length;
  }).catch(() => undefined);
  const keys = new Set([...is.keys(), ...should.keys()]);
  return [...keys].filter((key) => is.get(key) !== should.get(key)).map((key) => `decide has counted ${is.get(key)} calls of ${key}, ${should.get(key)} were acknowledged`);
}

function keyOf(route: string | undefined, target: string | undefined, minute?: number): string {
  return [route, target, ...(minute === undefined ? [] : [minute])].join(' ');
}
