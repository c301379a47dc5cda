// The ways in which a model that loops ends, made from the start of an answer.
/** Each starts with so much of the answer. */
const KEPT = 300;
const PHRASE = ' and so we look at the next part of it once again';

export const LOOPS: Readonly<Record<string, (text: string) => string>> = {
  phrase: (text) => `${text.slice(0, KEPT)}${PHRASE.repeat(12)}`,
  'cut phrase': (text) => `${text.slice(0, KEPT)}${PHRASE.repeat(12)}${PHRASE.slice(0, 17)}`,
  token: (text) => `${text.slice(0, KEPT)}${' the'.repeat(60)}`,
  line: (text) => `${text.slice(0, KEPT)}${'\n- Check the settings of the account first.'.repeat(8)}`,
  character: (text) => `${text.slice(0, KEPT)}${'!'.repeat(400)}`,
  counter: (text) => `${text.slice(0, KEPT)}${Array.from({ length: 40 }, (_, i) => `\nStep ${i + 3}: divide the number by ${i + 3} and note what is left.`).join('')}`,
  'loop, then recovered': (text) => `${text.slice(0, KEPT)}${PHRASE.repeat(25)} ${text.slice(0, 400)}`,
  mild: (text) => `${text.slice(0, KEPT)}${PHRASE.repeat(4)}`,
};
