import { writeSync } from 'node:fs';
import type { AnalyticsStore } from '@understudy/evaluator/store/analytics-store';
import { openChdbStore } from '@understudy/evaluator/store/chdb-store';
import { startDev } from 'understudy/src/server/start-dev.ts';
import type { EvaluatorPlan, InnerDeath, QueryAnswer, ToEvaluator } from './fault-plan.ts';

// The evaluator of the fault tests, a process of its own: `dev` over a store that can kill its own process at the worst moment. Its plan comes as JSON.
const plan = JSON.parse(process.argv[2] ?? '') as EvaluatorPlan;
let aheadMs = plan.clockAheadMs ?? 0;
const wallMs = Date.now;
Date.now = () => wallMs() + aheadMs;

let opened: AnalyticsStore | undefined;
let death = plan.death;
let inserts = 0;
let refusesInserts = false;
const running = await startDev({
  ...plan, host: '127.0.0.1', adminToken: undefined, ingestToken: undefined, signingKeyFile: undefined,
  say: (text) => console.error(text),
  openStore: (directory) => {
    opened = openChdbStore(directory);
    return mortal(opened);
  },
});
console.log(JSON.stringify({ event: 'ready', api: running.apiUrl, otlp: running.otlpUrl, pid: process.pid }));

process.on('message', (message: ToEvaluator) => {
  if (message.kind === 'query') answer(message.id, message.sql);
  else if (message.kind === 'refuse-inserts') refusesInserts = message.refuse;
  else if (message.kind === 'clock') aheadMs = message.aheadMs;
  else {
    death = message.death;
    inserts = 0;
  }
});
// Without the test there is nobody to end it.
process.once('disconnect', () => process.exit(1));
process.once('SIGTERM', () => {
  void running.stop().then(() => process.exit(0));
});

function answer(id: number, sql: string): void {
  const send = (message: QueryAnswer) => process.send?.(message);
  opened?.query(sql).then((rows) => send({ id, rows }), (error: unknown) => send({ id, error: String(error) }));
}

function mortal(store: AnalyticsStore): AnalyticsStore {
  return {
    ...store,
    async insertLines(table, lines) {
      if (refusesInserts) throw new Error('the test lets no insert pass');
      await perhapsTheLast(lines.length > 0 && table === death?.table, () => store.insertLines(table, lines));
    },
    command: (sql, parameters) => perhapsTheLast(death !== undefined && sql.startsWith(`INSERT INTO ${death.table} `), () => store.command(sql, parameters)),
  };
}

async function perhapsTheLast(counts: boolean, insert: () => Promise<void>): Promise<void> {
  const end = counts && ++inserts === death?.insert ? death : undefined;
  if (end?.kind === 'during-insert') setTimeout(() => die(end), end.afterMs);
  await insert();
  if (end?.kind === 'after-insert') die(end);
}

/** Returns never. The line is written before, so that a test can see that the moment came. */
function die(how: InnerDeath): void {
  writeSync(2, `died ${how.kind} of ${how.table}\n`);
  process.kill(process.pid, 'SIGKILL');
}
