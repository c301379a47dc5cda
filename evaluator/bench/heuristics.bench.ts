// How often heuristics are right, on labelled real answers and on what was made of them, with 95 % intervals (Clopper–Pearson); then what they cost (`npm run bench -- score` has more of that).
import { scoreCall } from '../src/heuristics/score-call.ts';
import { rateInterval } from '../src/statistics/intervals.ts';
import { characterQuality, languageQuality, loopQuality, type QualityRow, refusalQuality, truncatedQuality, wordingQuality } from './heuristic-quality.ts';
import { hasLabelledData, NO_DATA } from './labelled-data.ts';
import { type AnswerKind, benchFacts } from './score-answers.ts';

const percent = (share: number) => `${(share * 100).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;

function goalOf({ events, calls, atLeast, atMost }: QualityRow): string {
  if (atLeast !== undefined) return `goal ≥ ${percent(atLeast)}${events / calls >= atLeast ? '' : '   BELOW'}`;
  if (atMost !== undefined) return `goal ≤ ${percent(atMost)}${events / calls <= atMost ? '' : '   ABOVE'}`;
  return '';
}

function lineOf(row: QualityRow): string {
  const { low, high } = rateInterval(row.events, row.calls);
  return `${row.signal.padEnd(18)} ${row.what.padEnd(66)} ${percent(row.events / row.calls).padStart(8)}  [${percent(low)}, ${percent(high)}]  ${row.events}/${row.calls}   ${goalOf(row)}`.trimEnd();
}

if (hasLabelledData) {
  for (const measure of [refusalQuality, truncatedQuality, loopQuality, languageQuality, characterQuality, wordingQuality]) for (const row of measure()) console.log(lineOf(row));
} else {
  console.log(NO_DATA);
}

/** The least CPU time of a few rounds, in µs for 2 KB of answer: noise of the machine only adds. */
function costOf(kind: AnswerKind): number {
  const facts = benchFacts(kind);
  const bytes = facts.reduce((sum, { outputText }) => sum + (outputText?.length ?? 0), 0);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8; round++) {
    const before = process.cpuUsage();
    for (const answer of facts) scoreCall(answer);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) * 2_048 / bytes);
  }
  return least;
}

for (const kind of ['prose', 'JSON'] as const) console.log(`all heuristics, ${kind}: ${costOf(kind).toFixed(1)} µs CPU for 2 KB of answer with a prompt of 2 KB   goal ≤ 30 µs`);
