import type { AnalyticsStore } from '@understudy/evaluator/store/analytics-store';

const FILLED_ROWS = 10_000_000;
const STATEMENTS = 10;
const DAY_MS = 86_400_000;
const PROJECTS = 5;
const ROUTES = 20;

/**
 * 10 million calls of the last 24 hours, 5 projects of 20 routes with 2 targets each, made in the order of the table's key, so that nothing need be sorted.
 * Without text: what is asked for reads none, and 10 million texts of 2 KB would take minutes.
 */
export async function fillCalls(store: AnalyticsStore): Promise<void> {
  const rows = FILLED_ROWS / STATEMENTS;
  const rowsARoute = rows / PROJECTS / ROUTES;
  const nowMs = Date.now();
  for (let statement = 0; statement < STATEMENTS; statement++) {
    await store.command(
      `INSERT INTO calls (project, route, target, purpose, reason, trace_id, span_id, attempt, received_at, started_at, duration_ms, provider, request_model, finish_reason, input_tokens, output_tokens, cost_usd,
         error, timeout, empty, truncated, refusal, loop, length, latency_per_token, cost_per_call)
       SELECT ['default', 'project-1', 'project-2', 'project-3', 'project-4'][1 + intDiv(number, {rowsAProject:UInt64})],
         arraySort(arrayMap(route -> concat('route-', toString(route)), range({routes:UInt8})))[1 + intDiv(number, {rowsARoute:UInt64}) % {routes:UInt8}],
         if(number % 7 = 0, 'anthropic/claude-haiku-4-5', 'openai/gpt-5-mini'), 'serve', 'app-order', hex({first:UInt64} + number) AS id, id, 1,
         fromUnixTimestamp64Milli(toInt64({from:Int64} + intDiv((number % {rowsARoute:UInt64}) * {span:Int64}, {rowsARoute:UInt64}))) AS at, at,
         400 + number % 1000, 'openai', 'gpt-5-mini', 'stop', 420, number % 400, 0.001, number % 100 = 0, 0, 0, 0, 0, 0, 900, 0.004, 0.001
       FROM numbers({rows:UInt64})`,
      { first: (statement + 1) * 2 * FILLED_ROWS, from: nowMs - DAY_MS + (statement * DAY_MS) / STATEMENTS, span: DAY_MS / STATEMENTS, rows, rowsARoute, rowsAProject: rows / PROJECTS, routes: ROUTES },
    );
  }
}
