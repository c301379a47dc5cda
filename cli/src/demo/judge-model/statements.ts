/** What can be read off a sentence without understanding it. */
export interface Statement {
  readonly text: string;
  /** Stems of the words that carry meaning. */
  readonly words: ReadonlySet<string>;
  /** In the order in which they stand, in figures. */
  readonly numbers: readonly string[];
  readonly negations: number;
  /** The words that negations stand before. */
  readonly negated: ReadonlySet<string>;
}

/** Below it, a piece between two full stops is a heading or an exclamation. */
const LEAST_WORDS = 2;

const STOP_WORDS = new Set(
  'a about after all also an and any are as at be been before but by can could do does each for from has have here how i if in into is it its just me more most my now of on once one only or other our over so some than that the their them then there they this those to too under until up us very was we were what when where which while who will with within would you your'.split(' '),
);
const NEGATIONS = new Set('no not never none nothing nobody nor neither without cannot'.split(' '));
/** `one` is left out: it is a pronoun as often as a number. */
const NUMBER_WORDS = new Map([
  ...'zero . two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(' ').map((word, number) => [word, String(number)] as const),
  ...'thirty forty fifty sixty seventy eighty ninety hundred'.split(' ').map((word, i) => [word, String(30 + 10 * i)] as const),
]);
/** Words, numbers, and the marks behind which a negation no longer holds. */
const TOKEN = /\d+(?:[.:,]\d+)*|\p{L}+(?:['’]\p{L}+)*|[,;:]/gu;

/** The sentences, list items and lines of a text. A full stop within a number or a name ends nothing. */
export function statementsOf(text: string): Statement[] {
  return text.split(/(?<=[.!?])["”)]?\s+|\n+/).map(statementOf).filter(({ words, numbers }) => words.size + numbers.length >= LEAST_WORDS);
}

function statementOf(text: string): Statement {
  const words = new Set<string>();
  const negated = new Set<string>();
  const numbers: string[] = [];
  let negations = 0;
  let isNegated = false;
  for (const word of text.toLowerCase().match(TOKEN) ?? []) {
    const number = numberOf(word);
    if (number !== undefined) numbers.push(number);
    else if (NEGATIONS.has(word) || /n['’]t$/.test(word)) {
      negations += 1;
      isNegated = true;
    } else if (/[,;:]/.test(word)) isNegated = false;
    else if (!STOP_WORDS.has(word) && word.length > 1) {
      const stem = stemOf(word);
      words.add(stem);
      if (isNegated) negated.add(stem);
      isNegated = false;
    }
  }
  return { text: text.trim(), words, numbers, negations, negated };
}

function numberOf(word: string): string | undefined {
  return /^\d/.test(word) ? word : NUMBER_WORDS.get(word);
}

/** `orders`, `ordered` and `ordering` are the same word here. */
function stemOf(word: string): string {
  return word.length <= 4 ? word.replace(/s$/, '') : word.replace(/['’]s$/, '').replace(/(?:ings?|ed|es|s|e)$/, '');
}
