/** Names of the sections of the prompt. Words that no markup of real texts uses. */
export const SECTIONS = ['judged_system_prompt', 'judged_request', 'judged_answer'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** Characters of a section that the judge sees; of a longer text the head and the tail. The answer has most room: it is what is judged. */
const MOST_CHARACTERS: Readonly<Record<SectionName, number>> = { judged_system_prompt: 4_000, judged_request: 12_000, judged_answer: 16_000 };
/** Of a text that is cut, this share is its head. */
const HEAD_SHARE = 0.7;
const SECTION_TAG = new RegExp(`<(?=\\s*/?\\s*(?:${SECTIONS.join('|')}))`, 'gi');

/** One text as data of the prompt: between tags that carry the nonce of this call, and with nothing inside that could be such a tag. */
export function dataSection(name: SectionName, text: string, nonce: string): string {
  return `<${name} nonce="${nonce}">\n${escapedData(cutMiddle(text, MOST_CHARACTERS[name]), nonce)}\n</${name} nonce="${nonce}">`;
}

/** The text without anything that could open or close a section. Whoever wrote it cannot know the nonce; should the text have it all the same, it is taken out. */
export function escapedData(text: string, nonce: string): string {
  return text.replaceAll(nonce, '[nonce]').replace(SECTION_TAG, '&lt;').toWellFormed();
}

/** Head and tail of a text that is too long, and how much is missing between them. */
export function cutMiddle(text: string, mostCharacters: number): string {
  if (text.length <= mostCharacters) return text;
  const head = Math.floor(mostCharacters * HEAD_SHARE);
  const tail = mostCharacters - head;
  return `${text.slice(0, head)}\n[… ${text.length - head - tail} characters in the middle are left out here for length; the text itself is whole …]\n${text.slice(-tail)}`;
}
