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
  return hostileIn(output, rubric, `${system}\n${input}`, 'answer') ?? hostileIn(input, rubric, system, 'request');
}

function hostileIn(whole: string, rubric: JudgeItem['rubric'], context: string, where: string): string | undefined {
  const text = whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS / 2)}\n${whole.slice(-MOST_CHARACTERS / 2)}`;
  const found = hostileAsRead(text, rubric, context);
  if (found !== undefined) return `${where}:${found}`;
  return hiddenTexts(text).some((hidden) => hostileAsRead(hidden, rubric, context) !== undefined) ? `${where}:hidden` : undefined;
}

function hostileAsRead(text: string, rubric: JudgeItem['rubric'], context: string): string | undefined {
  const seen = seenText(text);
  const latin = withoutQuotes(latinText(seen));
  return forgedStructure(latin, rubric, context) ?? hostilePhrase(latin) ?? (asksForVerdict(latin) ? 'asks-for-a-verdict' : undefined) ?? (isHostileInOtherLanguage(withoutQuotes(seen)) ? 'other-language' : undefined);
}
