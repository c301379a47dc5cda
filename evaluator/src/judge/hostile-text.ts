import { forgedStructure } from './forged-structure.ts';
import { hostilePhrase, withoutQuotes } from './hostile-phrases.ts';
import { isHostileInOtherLanguage } from './hostile-phrases-other-languages.ts';
import type { JudgeItem } from './judge.ts';
import { hiddenTexts, latinText, seenText } from './readable-forms.ts';
import { asksForVerdict } from './verdict-sentence.ts';

/** Characters of a text that are looked through, half of them at each end: the judge sees no more of it either. */
const MOST_CHARACTERS = 32_768;

/**
 * Why an item should not be judged: its request or its answer works on the judge. The system prompt is the owner's own. A net with holes, before defences that have none (nonce, escaped tags, strict
 * verdicts): what slips through is judged as data, what is caught is excluded and counted, since hiding calls from the judge is an attack too.
 */
export function hostileText({ rubric, system, input, output }: Pick<JudgeItem, 'rubric' | 'system' | 'input' | 'output'>): string | undefined {
  const isGrader = GRADES.test(system.toLowerCase());
  return hostileIn(output, { rubric, context: `${system}\n${input}`, isGrader }, 'answer') ?? hostileIn(input, { rubric, context: system, isGrader: false }, 'request');
}

/** What is known of where a text comes from. */
interface Origin {
  readonly rubric: JudgeItem['rubric'];
  readonly context: string;
  /** The judged model is a grader itself: its answers speak of marks and verdicts, and mean no harm. */
  readonly isGrader: boolean;
}

const GRADES = /\byou (?:are|grade|evaluate|judge|score|rate|assess|mark|review)\b[^.\n]{0,80}\b(?:grad(?:e|es|er|ing)|evaluat\w+|judg\w+|scor(?:e|es|ing)|raters?|ratings?|assess\w*|mark(?:s|ing)?|review\w*|essays?|answers?)\b/;
const OWN_WORDS_OF_GRADERS: ReadonlySet<string> = new Set(['order-to-grade', 'praise-of-itself', 'forged-verdicts']);

function hostileIn(whole: string, origin: Origin, where: string): string | undefined {
  const text = whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS / 2)}\n${whole.slice(-MOST_CHARACTERS / 2)}`;
  const found = hostileAsRead(text, origin);
  if (found !== undefined) return `${where}:${found}`;
  return hiddenTexts(text).some((hidden) => hostileAsRead(hidden, origin) !== undefined) ? `${where}:hidden` : undefined;
}

function hostileAsRead(text: string, { rubric, context, isGrader }: Origin): string | undefined {
  const seen = seenText(text);
  const latin = withoutQuotes(latinText(seen));
  return forgedStructure(latin, rubric, context) ?? hostilePhrase(latin, isGrader ? OWN_WORDS_OF_GRADERS : NONE) ?? (!isGrader && asksForVerdict(latin) ? 'asks-for-a-verdict' : undefined) ?? (isHostileInOtherLanguage(withoutQuotes(seen)) ? 'other-language' : undefined);
}

const NONE: ReadonlySet<string> = new Set();
