import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { UnderstudyError } from '@understudy/contracts/problem';
import { createJudge } from '@understudy/evaluator/judge/create-judge';
import { seededRandom } from '../demo/seeded-random.ts';
import { EXIT, exitCodeOf, messageOf } from '../exit-codes.ts';
import { secretOf } from '../secret-of.ts';
import { table } from '../table.ts';
import { type AgreementReport, askLabelled } from './ask-labelled.ts';
import { judgeToAsk } from './judge-to-ask.ts';
import { labelledRows } from './labelled-rows.ts';

/** `npm run judge:agreement -- --labels FILE`: how well the configured judge agrees with people. */
const USAGE = 'Usage: npm run judge:agreement -- --labels FILE [--policy FILE] [--rubric NAME] [--good-from 0.75] [--json]';
/** Below this many verdicts the interval says little. */
const FEW = 50;

async function main(): Promise<void> {
  const { labels, policy, rubric: rubricName, goodFrom, json } = options();
  const { judge: settings, rubric } = judgeToAsk(policy, rubricName);
  const rows = labelledRows(labels);
  const judge = createJudge(settings, { secretOf, nonce: () => randomBytes(16).toString('hex'), nowMs: Date.now });
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort();
    process.exitCode = EXIT.interrupted;
  });
  console.error(`understudy: ${rows.length} rows to ${judge.model}, rubric ${rubric.name} (${rubric.version})`);
  const report = await askLabelled(rows, judge, rubric, {
    goodFrom, atOnce: settings.concurrency, random: seededRandom('agreement').next, signal: stop.signal,
    onProgress: (done) => { if (done % 25 === 0) console.error(`understudy: ${done} of ${rows.length}`); },
  });
  console.log(json ? JSON.stringify({ model: judge.model, rubric: rubric.name, rubricVersion: rubric.version, goodFrom, ...report }) : reportText(report));
  if (report.items === 0 && rows.length > 0) process.exitCode = EXIT.failed;
}

function options(): { labels: string; policy: string | undefined; rubric: string; goodFrom: number; json: boolean } {
  try {
    const { values } = parseArgs({ options: { labels: { type: 'string' }, policy: { type: 'string' }, rubric: { type: 'string', default: 'answer' }, 'good-from': { type: 'string', default: '0.75' }, json: { type: 'boolean', default: false } } });
    const goodFrom = Number(values['good-from']);
    if (values.labels === undefined || !(goodFrom > 0 && goodFrom <= 1)) throw new Error(values.labels === undefined ? '--labels is missing' : '--good-from is a score above 0, at most 1');
    return { labels: values.labels, policy: values.policy, rubric: values.rubric, goodFrom, json: values.json };
  } catch (cause) {
    throw new UnderstudyError({ code: 'USAGE', message: cause instanceof Error ? cause.message : String(cause), fix: USAGE, cause });
  }
}

function reportText({ items, rows, table: counts, accuracy, sensitivity, specificity, kappa, kappaInterval, withoutVerdict, costUsd }: AgreementReport): string {
  const interval = kappaInterval === undefined ? '' : ` (95 % of resamples: ${kappaInterval.map((edge) => edge.toFixed(2)).join(' to ')})`;
  return [
    `Cohen's kappa ${figure(kappa)}${interval}${items < FEW ? `, of only ${items} verdicts` : ''}`,
    `accuracy ${figure(accuracy)}, bad ones found ${figure(sensitivity)}, good ones let pass ${figure(specificity)}`,
    '', table(['', 'JUDGE: GOOD', 'JUDGE: BAD'], [['people: good', String(counts.goodGood), String(counts.goodBad)], ['people: bad', String(counts.badGood), String(counts.badBad)]]), '',
    `${rows - items} of ${rows} rows without a verdict${rows === items ? '' : `: ${Object.entries(withoutVerdict).map(([reason, count]) => `${reason} (${count})`).join(', ')}`}`,
    `cost ${costUsd === undefined ? 'not known' : `${costUsd.toFixed(4)} USD`}`,
  ].join('\n');
}

function figure(value: number | undefined): string {
  return value === undefined ? 'unknown' : value.toFixed(2);
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = exitCodeOf(error);
}
