import type { CallRow } from '@understudy/contracts/call';

const WORDS = 'the order was sent on Monday and should reach you within three days if it has not please reply with its number so that we can look for it'.split(' ');
/** 2 KB a call. */
const TEXT_CHARACTERS = 1_024;
const ROUTES = 20;
const ID_DIGITS = 32;
/** Of a trace id: the first digits tell in which batch the row is. */
const BATCH_DIGITS = 8;

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

function row(index: number, atMs: number): CallRow {
  return {
    project: 'default', route: `route-${index % ROUTES}`, target: 'openai/gpt-5-mini', purpose: 'serve', reason: 'app-order', trace_id: index.toString(16).padStart(ID_DIGITS, '0'), span_id: index.toString(16).padStart(16, '0'),
    request_id: `r${index}`, attempt: 1, instance_id: 'i1', conversation_id: `c${index % 500}`, override_version: '', received_at: atMs, started_at: atMs, duration_ms: 900, provider: 'openai', request_model: 'gpt-5-mini', response_model: 'gpt-5-mini',
    response_id: `x${index}`, finish_reason: 'stop', finish_reason_raw: 'stop', error_type: '', input_tokens: 500, output_tokens: 200, cost_usd: 0.001, first_chunk_ms: null, error: 0, timeout: 0, empty: 0, truncated: 0, refusal: 0, loop: 0,
    length: TEXT_CHARACTERS, latency_per_token: 0.004, cost_per_call: 0.001, scores: { fence: 0, heading: 0, bullets: 0, opener: 0, unexpected_script: 0, broken_characters: 0, irrelevance: 0.4, unsupported: 0.6, ungrounded: 0, input_tokens_per_char: 0.24 }, flags: [], input: text(index * 2 + 1, TEXT_CHARACTERS), output: text(index * 2 + 2, TEXT_CHARACTERS),
  };
}

/** Rows of 2 KB text as archive inserts them, `rows` a batch, numbered from `firstRow`. */
export function rowLines(firstRow: number, rows: number): Buffer {
  const atMs = Date.now();
  return Buffer.from(Array.from({ length: rows }, (_, index) => `${JSON.stringify(row(firstRow + index, atMs))}\n`).join(''));
}

/** Batch after batch of new rows for the time of writing some digits into the old ones: who asks for many must not spend the time on making them. */
export class RowBatches {
  readonly #lines: Buffer;
  readonly #idsAt: readonly number[];
  readonly #timesAt: readonly number[];
  #batch: number;

  /** Who inserts into the same table as another begins with another number. */
  constructor(rows: number, firstBatch: number) {
    this.#batch = firstBatch;
    this.#lines = rowLines(0, rows);
    this.#idsAt = placesOf(this.#lines, '"trace_id":"');
    this.#timesAt = [...placesOf(this.#lines, '"received_at":'), ...placesOf(this.#lines, '"started_at":')];
  }

  /** Received now. Valid until the next call. */
  next(): Buffer {
    const batch = (this.#batch++).toString(16).padStart(BATCH_DIGITS, '0');
    const now = String(Date.now());
    for (const at of this.#idsAt) this.#lines.write(batch, at, 'latin1');
    for (const at of this.#timesAt) this.#lines.write(now, at, 'latin1');
    return this.#lines;
  }
}

function placesOf(lines: Buffer, field: string): number[] {
  const places: number[] = [];
  for (let at = lines.indexOf(field); at >= 0; at = lines.indexOf(field, at + 1)) places.push(at + field.length);
  return places;
}
