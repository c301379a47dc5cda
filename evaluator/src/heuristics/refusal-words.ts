import { firstTokenAfter, hashOfWord, TOKEN_BUFFERS, tokensOf } from './tokens.ts';

/** What a head has to have for a phrase to be looked for in it: bits of words, so that most heads reach no pattern. */
export const I = 1, WE = 2, NO = 4, SORRY = 8, AI = 16, DECLINE = 32, RULE = 64, WRONG = 128, ILLEGAL = 256, CONDEMN = 512, ACCESS = 1024, COMFORT = 2048, POSSIBLE = 4096, DOING = 8192, MY = 1 << 14, ABLE = 1 << 15;
/** A word of a refusal in another language of Latin letters; a word without which the classifier sees no refusal. */
export const OTHER_LANGUAGE = 1 << 16, ELIGIBLE = 1 << 17;

/** Words as tokens are: "can't" is "can" and "t". */
const WORDS: readonly (readonly [bit: number, words: string])[] = [
  [I, 'i me'], [WE, 'we'], [NO, 'cannot t not unable never neither'], [SORRY, 'sorry apologies apologize apologise regret afraid unfortunately'], [AI, 'ai artificial language assistant chatbot bot'],
  [DECLINE, 'decline refuse abstain refrain fulfilled completed processed answered'], [RULE, 'against violate violates violation outside beyond within contrary'], [MY, 'my our openai'], [ABLE, 'programmed designed able capable trained authorized authorised'],
  [WRONG, 'appropriate ethical acceptable respectful permissible inappropriate unethical unacceptable disrespectful justified justifiable okay answer solution condoned tolerated encouraged taken joked'],
  [ILLEGAL, 'illegal unlawful unethical immoral law'],
  [CONDEMN, 'condone endorse promote encourage advocate advocating support believe condemn condemns condemned discourage discourages discouraged disagree disagrees oppose opposes opposed advise urge'],
  [ACCESS, 'access ability capability capacity permission authorization authorisation information enough'], [COMFORT, 'comfortable rather prefer'], [POSSIBLE, 'something topic subject possible outside only'],
  [DOING, 'help assist aid provide give offer answer respond reply comply fulfil fulfill support create generate write produce share discuss disclose reveal engage complete continue proceed process advise suggest encourage'],
  [DOING, 'condone promote participate facilitate accommodate access endorse teach do tell show explain be make in recommend translate carry'],
  [OTHER_LANGUAGE, 'siento puedo estoy posible desculpe lamento sinto posso consigo désolé désolée navré navrée regrette peux puis suis leid entschuldigung bedaure leider kann darf dispiace sono spijt kan'],
  [ELIGIBLE, 'no not never cannot unable sorry apologize apologise important illegal unethical inappropriate harmful instead must should t'],
];

const SLOT_BITS = 16;
/** Bits of words by a part of their hash. Another word may share a slot, once in 300 words: then a pattern is asked in vain. */
const bitsOfSlot = new Int32Array(1 << SLOT_BITS);
for (const [bit, words] of WORDS) for (const word of words.split(' ')) bitsOfSlot[slotOf(hashOfWord(word))] = (bitsOfSlot[slotOf(hashOfWord(word))] as number) | bit;

const { hashes } = TOKEN_BUFFERS;

function slotOf(hash: number): number {
  return hash >>> (32 - SLOT_BITS);
}

/** Of which groups the first characters of an answer have words. */
export function refusalWords(text: string, characters: number): number {
  const tokens = tokensOf(text);
  const end = firstTokenAfter(tokens, characters);
  let found = 0;
  for (let token = tokens.from; token < end; token++) found |= bitsOfSlot[slotOf(hashes[token] as number)] as number;
  return found;
}
