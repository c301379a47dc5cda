import { contradictionOf } from './contradiction.ts';
import { unsupportedValue } from './given-values.ts';
import { statementsOf } from './statements.ts';

/** What the judge model is shown of a call. */
export interface JudgedCall { readonly system: string; readonly input: string; readonly output: string }

export interface Fault {
  readonly kind: 'empty' | 'hostile' | 'refused' | 'cut' | 'loops' | 'false' | 'off-topic';
  /** The words of the answer that decide. */
  readonly words: string;
}

const REFUSAL = /\b(?:I(?:['’]m| am)? (?:really |very )?(?:sorry|unable|afraid|not able)|I (?:can(?:no|['’])t|cannot|won['’]t|will not|apologi[sz]e)|Sorry,|Unfortunately, I|As an AI\b)/i;
/** A refusal is the start of an answer. */
const REFUSAL_WITHIN = 120;
const REPEATED = 3;
/** A shorter answer may be a label or a number, which ends without a mark. */
const PROSE_CHARACTERS = 60;
/** The answer leaves work to its reader. */
const PLACEHOLDER = /\.{3}\s*(?:the )?(?:rest|remaining)\b|\b(?:rest|remainder) of (?:the|your) (?:code|text|file) (?:here|goes)/i;
/** Text that talks to the one who grades. */
const HOSTILE = /\b(?:ignore|disregard|forget)\b.{0,30}\b(?:previous|above|prior|instructions|rubric)\b|\b(?:grader|judge|evaluator)\b[^.]{0,80}\b(?:must|should|answer|mark|score|give|set|reply)\b|\bevery check is\b|\bmark this answer\b|"checks"\s*:/i;
const CODE = /[{}]|=>|\breturn\b.*;|^\s*(?:def|class|import|function)\b/m;

/** Everything that is wrong with an answer, by rules that look at nothing but the call itself. */
export function faultsOf(call: JudgedCall): Fault[] {
  const output = call.output.trim();
  if (output === '') return [{ kind: 'empty', words: '' }];
  const hostile = HOSTILE.exec(output);
  if (hostile !== null) return [{ kind: 'hostile', words: hostile[0] }];
  const refusal = REFUSAL.exec(output.slice(0, REFUSAL_WITHIN));
  if (refusal !== null) return [{ kind: 'refused', words: refusal[0] }];
  return [...faultsOfForm(output), ...faultsOfContent(output, call)];
}

function faultsOfForm(output: string): Fault[] {
  const faults: Fault[] = [];
  const repeated = repeatedSentence(output);
  if (repeated !== undefined) faults.push({ kind: 'loops', words: repeated });
  const placeholder = PLACEHOLDER.exec(output);
  if (placeholder !== null) faults.push({ kind: 'cut', words: placeholder[0] });
  else if (output.length >= PROSE_CHARACTERS && /[\p{L}\p{N},;:(–-]$/u.test(output)) faults.push({ kind: 'cut', words: output.slice(-40) });
  return faults;
}

function repeatedSentence(output: string): string | undefined {
  const same = Map.groupBy(output.split(/(?<=[.!?])\s+/), (sentence) => sentence);
  return [...same].find(([, times]) => times.length >= REPEATED)?.[0];
}

/** Data are looked up value by value, prose sentence by sentence; code is left alone. */
function faultsOfContent(output: string, call: JudgedCall): Fault[] {
  const given = `${call.system}\n${call.input}`;
  const data = parsedData(output);
  if (data === undefined && CODE.test(output)) return [];
  const contradiction = data === undefined ? (contradictionOf(output, call) ?? unsupportedValue(output, given)) : unsupportedValue(data, given);
  if (contradiction !== undefined) return [{ kind: 'false', words: contradiction }];
  return output.length >= PROSE_CHARACTERS && !sharesWords(output, given) ? [{ kind: 'off-topic', words: output.slice(0, 60) }] : [];
}

function parsedData(output: string): object | undefined {
  try {
    const data: unknown = JSON.parse(output);
    return typeof data === 'object' && data !== null ? data : undefined;
  } catch {
    return undefined;
  }
}

function sharesWords(output: string, given: string): boolean {
  const words = new Set(statementsOf(given).flatMap((statement) => [...statement.words]));
  return statementsOf(output).some((statement) => [...statement.words].some((word) => words.has(word)));
}
