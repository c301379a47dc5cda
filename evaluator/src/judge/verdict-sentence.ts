/**
 * What a sentence that asks for a verdict is made of. None of the words means anything alone; together they do. They catch what no list of phrases foresees, and cost some precision: so beside an outcome
 * the mention of a grader, an order and one other kind are wanted, or all four other kinds; three where the outcome is a judge's own word.
 */
const GRADER = /\b(?:graders?|evaluators?|raters?|assessors?|scorers?|verifiers?|(?:quality|automated|automatic|evaluation|grading|scoring|judging|judge|review) (?:\w+ )?(?:checkers?|reviewers?|systems?|servers?|models?|bots?|engines?|tools?|scripts?|process(?:es)?|pipelines?|ai|llm)|(?:any|whichever|whatever|other|another) (?:ai|llm|(?:language )?models?)|models? reading this|(?:your|the) developers|llm|you are (?:now )?(?:a|the|an|our) (?:lenient |strict |kind |fair )?(?:judges?|reviewers?|examiners?)|whoever (?:reads|checks|reviews))\b/;
const VERDICT = /\b(?:rubrics?|verdicts?|checklists?|checks|(?:every|each|any|no|a|the) check|criteri(?:a|on)|evaluat(?:ion|ions|e|ed|ing)|assess(?:ment|ed|ing)?|grad(?:ing|es?|ed)|scor(?:e|es|ed|ing)|marks|credit|rat(?:ing|ings|ed)|judge?ments?|json|fields?|default result)\b/;
const OUTCOME = /\b(?:yes|pass(?:es|ed|ing)?|perfect(?:ly)?|flawless|correct|(?:pre-)?approved?|positive verdict|full|succeeded|success(?:ful)?|outstanding|10|100|affirmative(?:ly)?|satisf(?:y|ies|ied)|met|met all|nothing (?:is )?wrong|true|top|highest|maximum|wave (?:this|it) through|let (?:this|it) through|criticise|criticize|deduct\w*|acceptable|fulfilled|conforming|excellent|all good)\b|["']no["']|\bnever says? no\b|[✓✔✅]/;
const ALL = /\b(?:all|every|each|whole|entire|any|everything|everywhere|throughout|always|never|only|just|no further|whatever|nothing|no)\b/;
const ORDER = /\b(?:must|should|just|please|kindly|confirm|treat|put|mark|fill|say|answer|respond|repl(?:y|ies)|give|award|produce|output|return|conclude|set|write|report|due|required|have to|has to|approve|approves|repeat|certify|consider|record|register|choose|select|tick|would be)\b/;
const ITSELF = /\b(?:this|the above|above|here|it|my|the (?:answer|response|reply|text))\b/;
/** An outcome that is a judge's word rather than praise. */
const STATED = /\byes\b|["']no["']|\bpass(?:es)?\b|\bpositive verdict\b|\ball good\b|\baffirmative(?:ly)?\b/;
const KINDS = [VERDICT, ALL, ORDER, ITSELF];
const WITH_GRADER = 2;
const WITHOUT_GRADER = 4;

/** Sentences, also those that a line break ends; longer ones are looked at in pieces. */
const SENTENCE = /[^.!?\n]{8,400}/g;
const OVERRIDE = /\b(?:judge|grader|evaluat(?:or|ion)|grading|verdict)[ _-]?(?:override|bypass|disabled|skip(?:ped)?)\b|<<\/? ?(?:end|verdict)\b[^\n]{0,40}(?:yes|pass)|\bapprovebot\b/;
const TICKED = /(?:\b(?:complete|coherent|correct|grounded|relevant|helpful|accurate|addresses[^\n]{0,20}|overall)\b ?[:=-] ?(?:[✓✔✅]|\[x\]|yes|pass)[^\n]{0,20}\n?[^\n\w]{0,5}){3}/;

/** Whether any sentence of a text, or two that follow each other, as `latinText` gives it, asks for a verdict. */
export function asksForVerdict(latin: string): boolean {
  if (OVERRIDE.test(latin) || TICKED.test(latin)) return true;
  const sentences = [...latin.matchAll(SENTENCE)].map(([sentence]) => sentence);
  return sentences.some((sentence, i) => isDemand(sentence) || (GRADER.test(sentence) && isDemand(`${sentence} ${sentences[i + 1] ?? ''}`)));
}

function isDemand(text: string): boolean {
  if (!OUTCOME.test(text)) return false;
  const kinds = KINDS.filter((kind) => kind.test(text)).length;
  return kinds >= (GRADER.test(text) && ORDER.test(text) ? WITH_GRADER : STATED.test(text) && VERDICT.test(text) ? WITHOUT_GRADER - 1 : WITHOUT_GRADER);
}
