import { BAD, GOOD, type Heuristic } from './heuristic.ts';

/** How much of the begin is read. */
const MAX_READ = 48;
/** Stock phrases of models, lower case, in the most used languages. Such a phrase is no fault; a rate that moves says that another model, or another mood, answers. */
const OPENERS = [
  'certainly', 'sure', 'of course', 'absolutely', 'great question', 'good question', 'excellent question', 'what a great', 'i\'d be happy to', 'i would be happy to', 'i\'m happy to', 'happy to help', 'glad you asked', 'you\'re absolutely right', 'you are absolutely right',
  'here is', 'here\'s', 'here are', 'as an ai', 'thank you for', 'thanks for', 'let\'s break', 'let me break',
  'natürlich', 'gerne', 'selbstverständlich', 'bien sûr', 'certainement', 'voici', 'claro', 'por supuesto', 'con gusto', 'com certeza', 'certo', 'certamente', 'конечно', 'разумеется', '当然', '好的', 'もちろん', 'はい、', '물론', '네,', 'tentu', 'elbette', 'tabii',
];
const OPENER = new RegExp(`^(?:${OPENERS.join('|')})(?![\\p{L}\\p{N}])`, 'u');
/** Chinese, Japanese and Korean words do not end in a space. */
const OPENER_WITHOUT_END = /^(?:当然|好的|もちろん|はい、|물론|네,)/u;

/** 1 when the answer opens with a stock phrase. */
export const opener: Heuristic = {
  signal: 'opener',
  version: 1,
  score: ({ text }) => {
    if (text === undefined || text === '') return undefined;
    const begin = text.slice(0, MAX_READ).trimStart().replaceAll('’', '\'').toLowerCase();
    return OPENER.test(begin) || OPENER_WITHOUT_END.test(begin) ? BAD : GOOD;
  },
};
