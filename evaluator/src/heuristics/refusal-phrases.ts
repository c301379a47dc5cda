import { ABLE, ACCESS, AI, COMFORT, CONDEMN, DECLINE, DOING as DOING_WORD, I, ILLEGAL, MY, NO, POSSIBLE, RULE, SORRY, WE, WRONG } from './refusal-words.ts';

/** What an assistant says that it cannot do. Not "find", "see", "recommend enough": those are in ordinary answers. */
const DOING = [
  'help', 'assist', 'aid', 'provide', 'give', 'offer', 'answer', 'respond', 'reply', 'comply', 'fulfil', 'fulfill', 'support', 'create', 'generate', 'write', 'produce', 'share', 'discuss', 'disclose', 'reveal', 'engage',
  'complete', 'continue', 'proceed', 'process', 'advise', 'suggest', 'encourage', 'condone', 'promote', 'participate', 'facilitate', 'accommodate', 'access', 'endorse', 'teach', 'do (?:that|this|so|it)', 'tell you', 'show you',
  'explain how', 'be of (?:help|assistance)', 'make (?:that|this|such|any)', 'in good conscience', 'recommend (?:or|any|that you|doing|how)', 'translate (?:that|this)', 'carry out',
].join('|');
const UNABLE = [
  'cannot', "can't", 'can not', "won't", 'will not',
  ...['able to', 'going to', 'allowed to', 'permitted to', 'comfortable'].map((state) => `(?:am|'m|are|'re) not ${state}`),
  "(?:am|'m|are|'re) unable to", "(?:do not|don't) feel comfortable",
].join('|');

/** Families of English refusals, with the words that each needs, matched on the head of an answer (lower case, straight apostrophes). The name becomes a flag of the call. */
const FAMILIES: readonly (readonly [name: string, needs: number, pattern: RegExp])[] = [
  ['cannot-help', I | NO | DOING_WORD, new RegExp(`\\bi(?: [a-z]+ly| also| just| still)? ?(?:${UNABLE}) (?:[a-z,]+ ){0,4}?(?:${DOING})\\b`)],
  // A company's "we cannot offer a discount" is an answer.
  ['we-cannot', WE | NO, new RegExp(`\\bwe ?(?:${UNABLE}) (?:help|assist|comply|fulfil|process|complete|answer) `)],
  ['uncomfortable', I | COMFORT, /\bi(?: am|'m)? (?:(?:do not|don't) feel comfortable|not comfortable)|\bi(?:'d| would) (?:rather|prefer to|prefer) not (?:discuss|answer|talk|say|write|do|go into)\b/],
  ['not-possible', I | POSSIBLE, /\bnot (?:something|a topic|a subject) (?:that )?(?:i|we)(?: am|'m|'re| are)? (?:can|able|willing|allowed|going to|comfortable)|\bnot possible for me to\b|\boutside (?:of )?what i can\b|\bi(?:'m| am| can) (?:only (?:able to )?)(?:help|assist|answer|discuss|talk)/],
  ['sorry', SORRY, /\b(?:sorry|apologies|apologi[sz]e|regret|afraid|unfortunately)\b[^.!?]{0,60}?\b(?:i|we)(?: am|'m|) ?(?:cannot|can't|can not|won't|will not|unable|not able|not allowed|must decline|have to decline|don't have|do not have|don't know how)\b/],
  ['unable', NO | DOING_WORD, /^(?:unfortunately,? |sorry,? |apologies,? )?(?:unable to|not able to|cannot|can't) (?:help|assist|provide|comply|answer|fulfil|process|complete)/],
  ['decline', DECLINE, /\b(?:i|we)(?: must| have to| will have to|'ll have to| need to| will|'ll| would rather| prefer to)?(?: respectfully| politely)? (?:decline|refuse|abstain|refrain)\b|\b(?:request|question) (?:cannot|can't|can not) be (?:fulfilled|completed|processed|answered)\b/],
  ['no-access', NO | ACCESS, /\b(?:i|we) (?:don't|do not) (?:currently |actually )?(?:have|possess) (?:[a-z]+ ){0,3}?(?:access to|ability to|capability to|capacity to|permission to|authori[sz]ation to|information (?:about|on|regarding)|enough (?:information|context) to)/],
  ['rules', RULE | MY, /\b(?:against|violates?|violation of|outside|beyond|within|contrary to) (?:my|our|openai's) (?:[a-z]+ (?:and |or )?){0,3}(?:guidelines?|polic(?:y|ies)|programming|principles|values|rules|scope|capabilit(?:y|ies)|terms|role)\b/],
  ['rules', NO | ABLE, /\bnot (?:programmed|designed|able|capable|trained|authorized|authorised) (?:to|of) (?:provid|help|assist|answer|discuss|engag|support|shar|creat|generat|promot)/],
  ['as-an-ai', AI, /\b(?:as an?|i am(?: just)? an?|i'm(?: just)? an?)(?: [a-z]+){0,2}? (?:ai|artificial intelligence|language model|assistant|chatbot|bot)\b[^.!?]{0,80}?\b(?:cannot|can't|can not|unable|not able|won't|will not|not programmed|not designed|not capable|must (?:clarify|emphasi[sz]e|inform|point out|stress|respectfully)|(?:don't|do not) (?:condone|promote|support|endorse|encourage|engage|have (?:access|the (?:ability|capability|capacity))))\b/],
  ['condemn', CONDEMN, /\b(?:i|we)(?: am|'m)? (?:(?:don't|do not|cannot|can't|can not|would never|will never|never) (?:condone|endorse|promote|encourage|advocate|support (?:the idea|any|such|that|violence|discriminat|hat)|believe (?:in|that it(?:'s| is)|it(?:'s| is)|any))|(?:strongly|firmly) (?:condemn|discourage|disagree|advise against|oppose|urge you not)|not advocating)/],
  ['not-appropriate', WRONG, /\b(?:it(?:'s| is| would be)|that(?:'s| is)|this is|doing so is|such (?:an? )?[a-z]{1,20} (?:is|are)|(?:asking|discussing|making|promoting|engaging)[^.!?]{0,60} (?:is|are)) (?:also |simply |generally )?(?:(?:not|never|neither) (?:an? |[a-z]+ (?:or|and|nor) )?(?:appropriate|ethical|acceptable|respectful|permissible)|(?:highly |deeply |completely )?(?:inappropriate|unethical|unacceptable|disrespectful))\b(?! for (?:children|kids|anyone|people|use|young))/],
  ['wrong-to', NO | WRONG, /\b(?:never|not) (?:[a-z]+ ){0,2}?(?:acceptable|(?:appropriate|okay)(?! for\b)|the answer|a solution|(?:morally |ethically )?justifi(?:ed|able)|be (?:condoned|tolerated|encouraged|taken lightly|joked about))\b/],
  ['illegal', ILLEGAL, /\b(?:is|are|be) (?:both |not only )?(?:illegal|unlawful|unethical|immoral|against the law),? (?:and|but also|but (?:it is|it's) also) (?:\w+ )?(?:unethical|immoral|illegal|dangerous|harmful|wrong|inappropriate)\b/],
];

/** Families that also stand in answers that comply after a warning: the classifier has to agree with these. They come after the others, so that only what no other family has is doubted. */
const DOUBTFUL = new Set(['as-an-ai', 'condemn', 'not-appropriate', 'wrong-to', 'illegal']);

/** `words`: of the head, as `refusalWords` says. */
export function englishRefusal(head: string, words: number): string | undefined {
  for (const [name, needs, pattern] of FAMILIES) if ((words & needs) === needs && pattern.test(head)) return name;
  return undefined;
}

export function mayBeEnglish(words: number): boolean {
  return FAMILIES.some(([, needs]) => (words & needs) === needs);
}

export function isDoubtful(family: string): boolean {
  return DOUBTFUL.has(family);
}
