// How often heuristics are right, on labelled real answers and on what was made of them, with 95 % intervals (Clopper–Pearson); then what they cost (`npm run bench -- score` has more of that).
import { languageOf } from '../src/heuristics/language-of.ts';
import { PARAGRAPHS } from '../src/heuristics/languages.fixture.ts';
import { scoreCall } from '../src/heuristics/score-call.ts';
import { detectedLanguage } from '../src/language/language-detector.ts';
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

console.log(detectorLine());
if (hasLabelledData) {
  for (const measure of [refusalQuality, truncatedQuality, loopQuality, languageQuality, characterQuality, wordingQuality]) for (const row of measure()) console.log(lineOf(row));
} else {
  console.log(NO_DATA);
}

/** The detector of languages is loaded at its first text. */
function detectorLine(): string {
  const [before, startedAt] = [process.memoryUsage(), performance.now()];
  detectedLanguage(PARAGRAPHS.id ?? '');
  const [loadMs, after] = [performance.now() - startedAt, process.memoryUsage()];
  const texts = Object.values(PARAGRAPHS);
  const microsOnce = (read: (text: string) => unknown) => {
    const cpu = process.cpuUsage();
    for (let i = 0; i < 50; i++) for (const text of texts) read(text);
    return process.cpuUsage(cpu).user / (50 * texts.length);
  };
  const micros = (read: (text: string) => unknown) => Math.min(microsOnce(read), microsOnce(read), microsOnce(read));
  return `language detector: loaded in ${loadMs.toFixed(0)} ms, ${((after.heapUsed - before.heapUsed) / 1e6).toFixed(0)} MB of heap, ${((after.rss - before.rss) / 1e6).toFixed(0)} MB resident; ${micros(detectedLanguage).toFixed(0)} µs a text, ${micros(languageOf).toFixed(0)} with small words and scripts first, in 18 languages`;
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
