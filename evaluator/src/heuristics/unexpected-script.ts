import type { Answer } from './answer.ts';
import { bad, type Finding, GOOD, type Heuristic } from './heuristic.ts';
import { SCRIPT_OF_UNIT, SCRIPTS, scriptsIn, scriptsOfLanguages } from './scripts.ts';
import { wantedLanguages } from './wanted-languages.ts';

/** Letters in a row that make a script: one where a single letter never stands in for a sign. Greek ones are names of angles and variables, also two of them ("2αβ"). */
const LEAST_RUN = new Uint8Array(SCRIPTS.length + 1).fill(2);
for (const script of ['Han', 'Thai', 'Cyrillic', 'Arabic', 'Hangul', 'Devanagari']) LEAST_RUN[SCRIPTS.indexOf(script) + 1] = 1;
LEAST_RUN[SCRIPTS.indexOf('Greek') + 1] = 3;

const FLAGS: readonly Finding[] = SCRIPTS.map((script) => bad(`unexpected-script:${script}`));
const BEYOND_LATIN = /[\u0370-\uffff]/;

/** The same for how many characters of the end of what was said before are read. */
const READ = 100_000;

/**
 * 1 when the answer has letters of a script that neither the request nor a language named there has: what wrong numbers in a model's arithmetic and wrong token ids look like.
 * Undefined when a translation is asked for. Names in their own script are an accepted risk.
 */
export const unexpectedScript: Heuristic = { signal: 'unexpected_script', version: 1, score };

function score(answer: Answer): Finding | undefined {
  if (answer.text === undefined) return undefined;
  if (!BEYOND_LATIN.test(answer.text)) return GOOD;
  const found = scriptsInRuns(answer.text);
  if (found === 0) return GOOD;
  if (answer.questionText === undefined && answer.inputText === undefined && answer.expect.languages === undefined) return undefined;
  const { named, any } = wantedLanguages([answer.questionText, answer.systemText]);
  if (any) return undefined;
  const unexpected = found & ~expectedScripts(answer, named);
  return unexpected === 0 ? GOOD : (FLAGS[31 - Math.clz32(unexpected & -unexpected)] ?? GOOD);
}

function scriptsInRuns(text: string): number {
  let found = 0;
  let run = 0;
  let before = 0;
  for (let i = 0; i < text.length; i++) {
    const script = SCRIPT_OF_UNIT[text.charCodeAt(i)] as number;
    run = script === before ? run + 1 : 1;
    before = script;
    if (script !== 0 && run >= (LEAST_RUN[script] as number)) found |= 1 << (script - 1);
  }
  return found;
}

function expectedScripts({ questionText, inputText, systemText, toolText, expect }: Answer, named: Iterable<string>): number {
  let scripts = scriptsOfLanguages(named) | scriptsOfLanguages(expect.languages ?? []);
  for (const text of [questionText, inputText, systemText, toolText]) if (text !== undefined && BEYOND_LATIN.test(text)) scripts |= scriptsIn(text.slice(-READ));
  // A Japanese text may be without Han for a sentence, a Korean one has it at times.
  const kana = 1 << SCRIPTS.indexOf('Kana');
  return scripts & kana ? scripts | (1 << SCRIPTS.indexOf('Han')) : scripts;
}
