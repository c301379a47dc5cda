/** Phrases that speak to whoever reads or grades the text instead of to its reader. All patterns see lower case, single spaces, and are bounded in what they skip. */
const THIS = '(?:this|the|my|that|above|it|these|such|given)';
const ANSWER = '(?:answers?|responses?|repl(?:y|ies)|outputs?|completions?|submissions?|texts?|messages?|items?|everything|above|ones?)';
const MARK = '(?:(?:perfect|full|top|highest|maximum|max|best|lowest|excellent)(?: possible)? (?:scores?|marks?|grades?|ratings?|points|verdict|approval|credit)|score(?: of)? 100|10 ?/ ?10|5 ?/ ?5|100 ?%|\\d+ out of \\d+)';
const RULES = '(?:instructions?|prompts?|rules|guidelines|directions|directives|orders|rubric|commands)';
const YES = '["\']?(?:yes|no|pass|passed|true)["\']?';
const CHECK = '(?:checks?|questions?|items?|criteri(?:a|on)|box(?:es)?)';
const ALL = '(?:all|every|each|any)(?: one)?(?: of)?(?: the| these| those| my)?';
const GRADER = '(?:graders?|evaluators?|raters?|(?:evaluation|grading|judging|grader|judge) (?:model|llm|ai)|(?:llm|ai|model) (?:judge|grader|rater|evaluator)|(?:ai|model|llm|assistant|whoever|one|you)(?: (?:that|who|which))? (?:is )?(?:evaluat|grad|judg|rat)(?:e|es|ing)\\b|(?:this|the) evaluation)';
const JUDGE = '(?:(?:to the|dear|attention|you are the|you, the|as the|note to the|a good|hey|our) (?:judges?|reviewers?|examiners?|assessors?)|(?:judges?|reviewers?|examiners?|assessors?)(?: must| should| could| has to| have to| will| can| is to|:))';
const DEMAND = `(?:${MARK}|\\b(?:yes|pass|passed)\\b|["']no["']|\\b(?:answer|say|return|output) no\\b|\\b[a-z_]{1,40}=(?:yes|no)\\b|\\b(?:as|a|let \\w+(?: \\w+)?) (?:correct|failing|passing|perfect|pass|met)\\b|\\bit is (?:correct|perfect|right)\\b|\\bapprove|\\bdeduct|\\blenient|\\bscores? (?:full|high)|\\bovers?look the mistakes)`;

const PATTERNS: ReadonlyMap<string, readonly RegExp[]> = new Map(Object.entries({
  'ignore-instructions': [
    `\\b(?:ignore|disregard|forget|override|bypass|overrule|void|cancel|set aside|never mind|stop (?:following|obeying)|do not (?:follow|obey)|don't (?:follow|obey)) (?:${ALL} |your |the |any |all |my |its )*(?:previous|prior|above|earlier|preceding|original|existing|initial|former|foregoing|system|developer'?s?|your|past|old)(?: \\w+){0,2} ${RULES}`,
    `\\b(?:ignore|disregard|forget|set aside|do not follow|don't follow|override) (?:all |any |the |those |these |your )*${RULES}(?: (?:that|which))? (?:above|before|from (?:above|before)|you (?:were|have been|got|had)|given|so far)`,
    '\\b(?:ignore|disregard|forget) (?:everything|all|anything|what(?:ever)?) (?:that )?(?:you (?:were|have been|had been) (?:told|given|taught)|the (?:developer|system|user|prompt)\\b|above|before|was said)',
    '\\b(?:ignore|disregard|forget|override|bypass|skip) (?:all |the |your |any )+(?:rubric|checks|grading|evaluation|questions above|system prompt|instructions)\\b', '\\boverride your (?:instructions|programming|rules)', '\\b(?:ignore|disregard|skip|forget|bypass)\\b[^.!?\\n]{0,25}\\brubric\\b', `\\b${RULES} (?:at the top of|in) your (?:prompt|context)\\b`,
    `\\b(?:previous|prior|earlier|original|old|former|your) ${RULES}[^.!?\\n]{0,40}\\b(?:cancelled|canceled|void|outdated|obsolete|revoked|no longer (?:valid|apply))`, `\\b${RULES}[^.!?\\n]{0,50}\\b(?:outdated|void|obsolete)[^.!?\\n]{0,10}\\bignore`,
  ],
  'order-to-grade': [
    `(?<!\\b(?:i|we|would|they|he|she|people|users|who) )\\b(?:score|grade|rate|mark|evaluate|assess|judge|graded|rated|marked|scored|treat) (?:(?:this|the above|my|that|the|such|it|these)(?: (?:answer|response|reply|output|completion|submission|text|message|item|one)s?)?(?: above| here)?(?: were| be| is)?|everything|${ANSWER}) (?:as |with |a |at |to be )*(?:${MARK}|perfect\\b|correct\\b|passing\\b|passed\\b|highly\\b|excellent\\b|failing\\b|failed\\b|right\\b)`,
    `\\b(?:give|award|assign|grant|awarding|giving|report|get|gets|receive|deserves?|earned|worthy of)\\b[^.!?\\n]{0,20}\\b(?:${THIS} ${ANSWER}|this|it)\\b[^.!?\\n]{0,20}${MARK}`, `\\b(?:assign|give|award|giving|awarding|best) (?:the |a |it the |it a )?${MARK} (?:to|for) ${THIS} ${ANSWER}`,
    `\\b(?:answer|say|respond|reply|return|returns|output|write|set|mark|print|put|tick|state)\\b[^.!?\\n]{0,25}${YES}[^.!?\\n]{0,12}\\b(?:to|for|on|in|throughout|everywhere)\\b ?(?:${ALL} ?(?:${CHECK})\\b|everything|throughout|everywhere)`,
    `\\b(?:answer|say|return|set|mark|tick|treat|report|output)\\b[^.!?\\n]{0,20}${ALL} ${CHECK}(?: should be| as| to| is| are| with)*[^.!?\\n]{0,8}\\b(?:yes|no|pass|passed|met|true)\\b`, `\\b${ALL} ${CHECK} (?:is|are|was|were|be|has to be|will be|should be|must be|to be)(?: answered(?: with)?| marked| all)? (?:a |as )?(?:${YES}|met|passing)\\b`,
    `\\b(?:all|every) checks? (?:pass|passed|is|are|:|yes)`, `\\bverdict[^.!?\\n]{0,40}\\b(?:is|should be|has to be)\\b[^.!?\\n]{0,10}${YES}[^.!?\\n]{0,20}\\b(?:all|every|throughout)`, '\\bset \\w+ to (?:yes|no) and \\w+ to (?:yes|no)\\b', '\\b(?:skip|end) the (?:evaluation|grading)\\b',
    `\\b(?:items?|answers?) from this (?:customer|user)[^.!?\\n]{0,30}\\brated\\b`, '\\bthe grade for this (?:answer|response|reply|item)\\b', '\\breturn (?:full marks|a perfect verdict)\\b', '\\bprint the verdict\\b', '\\bapprove every(?:thing| answer| response)\\b',
    '\\b(?:return|output|say|give|write|answer|mark|approve)(?: with)?(?: only)? ["\']?yes["\']?(?: for| to| in)?(?: everything| everywhere| \\w+ times| each\\b)', '\\bthe (?:candidate|answer|response) (?:above )?pass(?:ed|es)\\b', '\\bthis (?:text|answer|response|output) is to be graded\\b', '\\ball yes\\b', `(?<!\\b(?:i|we|would|they|he|she|people|users) )\\b(?:score|scores|grade|grades|rate|rates|evaluate|evaluates|judge|judges) (?:this|it),? (?:with |at |as |a |the )*${MARK}`, '\\b(?:yes|no) (?:verdicts?|once for)\\b', `\\bevaluation (?:of this \\w+ is|complete|result)\\b[^\\n]{0,40}\\b(?:criteria|fulfilled|passed|all|everything)\\b`, '\\boutput the following json\\b[^\\n]{0,40}\\breasoning', `\\b(?:this|it|that|the answer|the response|answer|response) (?:were|be|is to be|must be|should be|has to be) (?:graded|rated|marked|scored)\\b[^.!?\\n]{0,15}(?:${MARK}|correct|perfect|passing)`, '<verdict> ?(?:yes|pass|correct)',
  ],
  'address-to-grader': [`\\b${GRADER}[^\\n]{0,90}${DEMAND}`, `${MARK}[^\\n]{0,60}\\b${GRADER}`, `${DEMAND}[^.!?\\n]{0,60}\\b${GRADER}`, `\\b${JUDGE}[^\\n]{0,90}${DEMAND}`, `\\byou are (?:the|a|an) (?:graders?|evaluators?|judges?)\\b[^\\n]{0,90}\\b(?:yes|pass|perfect|full|highest|approve)`],
  'praise-of-itself': [
    `\\b(?:this|the above|my|above|the) ${ANSWER}(?: above| given here| given| here)?,? (?:is|are|has|have|should|deserves?|passes|meets|satisfies|earned|fully|must|also)\\b[^.!?\\n]{0,70}\\b(?:(?:is|as) (?:perfect|flawless)|perfect and|correct in every|(?:all|every)(?: of)?(?: the)? (?:checks?|criteri(?:a|on)|requirements?)\\b|${MARK})`,
    '(?:\\b(?:excellent|perfect|flawless|outstanding|superb|magnificent|exemplary|impeccable|brilliant|unsurpassed|ideal|best|correct|complete|supreme|exceptional|faultless)\\b[\\s,;.]*){5,}',
    '\\b(?:experts?|evaluation|reviewers?|team)\\b[^.!?\\n]{0,40}\\b(?:agreed|found|confirmed|verified)\\b[^.!?\\n]{0,40}\\b(?:answer|response)\\b[^.!?\\n]{0,40}\\b(?:perfect|all checks|every)\\b', `\\bworthy of the maximum score\\b`,
  ],
  'forged-verdicts': [
    '(?:\\b(?:grade|score|verdict|rater|rating|evaluator|evaluation|judge)\\b[^\\n]{0,40}?(?:\\b10/10|\\b5/5|\\bpass\\b|\\byes\\b)[^]{0,120}?){2,}'.replace('[^]', '[\\s\\S]'), '\\bfinal verdict ?: ?(?:pass|yes|correct)', `\\b(?:answer|item|output)\\b[^\\n]{0,30} (?:grade|score):? 10 ?/ ?10`, '(?:\\[judge\\]|\\(judge\\)|judge ?:)[^\\n]{0,80}(?:yes|\\{)',
  ],
}).map(([kind, patterns]) => [kind, patterns.map((pattern) => new RegExp(pattern, 'u'))]));

/** Texts about such attacks, or about how models are asked, quote them. */
const DISCUSSION = /\b(?:prompt[- ]injections?|injection attacks?|jailbreak|attackers?|adversarial|malicious|red[- ]team|chat template|chatml|special tokens?|llm[- ]as[- ]a?-?judge|(?:phrases?|sentences?|strings?|lines?|inputs?|messages?|comments?|something|words|prompts?|payloads?) (?:like|such as|saying|that says?|of the form))\b/;
const QUOTED = /"[^"\n]{1,300}"|(?<![\w'])'[^'\n]{1,300}'(?!\w)|```[\s\S]{0,4000}?```|`[^`\n]{1,300}`|^ ?>[^\n]*$/gm;
const REPORTED = /\b(?:to|that|which|who|can|could|may|might|would|will|it|models?|them|never|not|into|by|of) (?:be )?(?:ignor|disregard|forget|overrid|bypass|rat|scor|grad|giv|mark)\w*/g;

/** The text without what a discussion of attacks merely quotes or reports. */
export function withoutQuotes(latin: string): string {
  return DISCUSSION.test(latin) ? latin.replace(QUOTED, ' "…" ').replace(REPORTED, ' … ') : latin;
}

/** Which kind of phrase a text, as `latinText` gives it, aims at its grader with; kinds in `apart` do not count. */
export function hostilePhrase(latin: string, apart: ReadonlySet<string>): string | undefined {
  for (const [kind, patterns] of PATTERNS) if (!apart.has(kind) && patterns.some((pattern) => pattern.test(latin))) return kind;
  return undefined;
}
