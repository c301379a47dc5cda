import { parseArgs } from 'node:util';
import { DEMO_CAUSES, type DemoCause } from '@understudy/contracts/demo-event';
import { table } from '../table.ts';
import { GOALS, type Goal, type MatrixRun, type RunReport, runOnce } from './matrix-run.ts';

// npm run demo:matrix: every cause with every seed through the real command, two runs at a time; a table on standard output, progress on standard error.
const USAGE = `usage: npm run demo:matrix -- [--seeds 1,2,3,4,5] [--causes ${DEMO_CAUSES.join(',')}] [--parallel 2] [--kafka] [--json]`;
const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1,2,3,4,5' }, causes: { type: 'string', default: DEMO_CAUSES.join(',') }, parallel: { type: 'string', default: '2' }, kafka: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean' } } });
if (values.help === true) {
  console.log(USAGE);
  process.exit(0);
}
const seeds = values.seeds.split(',').map(Number);
const causes = values.causes.split(',');
if (!seeds.every(Number.isSafeInteger) || !causes.every((cause): cause is DemoCause => (DEMO_CAUSES as readonly string[]).includes(cause)) || !/^[1-9]$/.test(values.parallel)) {
  console.error(USAGE);
  process.exit(2);
}

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());
const waiting: MatrixRun[] = causes.flatMap((cause) => seeds.map((seed) => ({ cause: cause as DemoCause, seed, kafka: values.kafka })));
const total = waiting.length;
const reports: RunReport[] = [];
const worker = async (): Promise<void> => {
  for (let run = waiting.shift(); run !== undefined && !stopping.signal.aborted; run = waiting.shift()) {
    const report = await runOnce(run, stopping.signal);
    reports.push(report);
    console.error(`${reports.length}/${total} ${report.cause} seed ${report.seed}: ${report.faults.length === 0 ? 'ok' : report.faults.join('; ')}`);
  }
};
await Promise.all(Array.from({ length: Number(values.parallel) }, worker));

const seconds = (ms: number | undefined) => (ms === undefined ? '' : (ms / 1000).toFixed(1));
const median = (numbers: readonly number[]) => numbers.toSorted((one, other) => one - other)[Math.floor((numbers.length - 1) / 2)];
const goals = Object.keys(GOALS) as Goal[];
const timesOf = (goal: Goal, of: readonly RunReport[]) => of.flatMap(({ times }) => times[goal] ?? []);
const failed = reports.filter(({ faults }) => faults.length > 0);
if (values.json) {
  for (const report of reports) console.log(JSON.stringify(report));
} else {
  const rows = causes.map((cause) => {
    const of = reports.filter((report) => report.cause === cause);
    return [cause, `${of.filter(({ faults }) => faults.length === 0).length}/${of.length}`, ...goals.flatMap((goal) => [seconds(median(timesOf(goal, of))), seconds(Math.max(...timesOf(goal, of)))].map((text) => (timesOf(goal, of).length === 0 ? '' : text)))];
  });
  console.log(table(['cause', 'ok', 'detection median s', `max (goal ${GOALS.detectionMs / 1000})`, 'fallback median s', `max (goal ${GOALS.fallbackMs / 1000})`, 'recovery median s', `max (goal ${GOALS.recoveryMs / 1000})`], rows));
  for (const { cause, seed, faults } of failed) console.log(`${cause} seed ${seed}: ${faults.join('; ')}`);
}
process.exitCode = stopping.signal.aborted ? 130 : failed.length > 0 || reports.length < total ? 1 : 0;
