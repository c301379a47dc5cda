// Insert rate of the embedded store: rows of about 2 KB text, as archive inserts them. Prints CPU time, which noise of the machine moves least.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRow } from '@understudy/contracts/call';
import { openChdbStore } from '../src/store/chdb-store.ts';
import { migrate } from '../src/store/migrate.ts';

const ROWS_A_BATCH = 5_000;
const BATCHES = 8;
const WORDS = 'the order was sent on Monday and should reach you within three days if it has not please reply with its number so that we can look for it'.split(' ');

/** Text that compresses like prose: words in a seeded order. */
function text(seed: number, characters: number): string {
  let state = seed;
  let result = '';
  while (result.length < characters) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    result += `${WORDS[state % WORDS.length]} ${state % 97 === 0 ? state : ''}`;
  }
  return result;
}

function row(index: number): CallRow {
  const at = Date.now();
  return {
    project: 'default', route: `route-${index % 20}`, target: 'openai/gpt-5-mini', purpose: 'serve', reason: 'app-order', trace_id: index.toString(16).padStart(32, '0'), span_id: index.toString(16).padStart(16, '0'),
    request_id: `r${index}`, attempt: 1, instance_id: 'i1', conversation_id: `c${index % 500}`, override_version: '', received_at: at, started_at: at, duration_ms: 900, provider: 'openai', request_model: 'gpt-5-mini', response_model: 'gpt-5-mini',
    response_id: `x${index}`, finish_reason: 'stop', finish_reason_raw: 'stop', error_type: '', input_tokens: 500, output_tokens: 200, cost_usd: 0.001, first_chunk_ms: null, error: 0, timeout: 0, empty: 0, truncated: 0, refusal: 0, loop: 0,
    length: 1024, latency_per_token: 0.004, cost_per_call: 0.001, flags: [], input: text(index * 2 + 1, 1024), output: text(index * 2 + 2, 1024),
  };
}

const directory = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
const store = openChdbStore(directory);
await migrate(store);
let cpuMicros = 0;
let wallMs = 0;
for (let batch = 0; batch < BATCHES; batch++) {
  const lines = Buffer.from(Array.from({ length: ROWS_A_BATCH }, (_, index) => `${JSON.stringify(row(batch * ROWS_A_BATCH + index))}\n`).join(''));
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await store.insertLines('calls', lines);
  const used = process.cpuUsage(cpu);
  // The first batch warms up.
  if (batch === 0) continue;
  cpuMicros += used.user + used.system;
  wallMs += performance.now() - startedAt;
}
const rows = (BATCHES - 1) * ROWS_A_BATCH;
await store.command('OPTIMIZE TABLE calls FINAL');
const bytes = Number((await store.query<{ bytes: string }>("SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = 'calls'"))[0]?.bytes ?? 0);
console.log(`embedded store, insert: ${Math.round(rows / (wallMs / 1000))} rows/s, ${(cpuMicros / rows).toFixed(1)} µs CPU a row, ${Math.round(bytes / (BATCHES * ROWS_A_BATCH))} B a row on disk   goal ≥ 20,000 rows/s, ≤ 45 µs, ≤ 800 B; parse-only limit of the engine 50,000 rows/s`);
await store.close();
rmSync(directory, { recursive: true, force: true });
