import { BUILT_IN_CHECKS } from './built-in-rubrics.ts';
import { SECTIONS } from './data-section.ts';
import type { Rubric } from './rubric.ts';

/** Names of our checks that are no words of any language, so that one of them with a verdict behind it is enough. */
const BUILT_IN_NAMES: readonly string[] = [...new Set(Object.values(BUILT_IN_CHECKS).flatMap(({ checks }) => checks.map(({ name }) => name)))];
const ASSIGNED = '\\\\?["\']?\\s*(?:[:=]|\\s)\\s*\\\\?["\']?(?:yes|no|na)\\b';

const OUR_TAGS = new RegExp(`<\\s*/?\\s*(?:${SECTIONS.join('|')})`);
/** Ends of containers that a prompt may have put around a text. Balanced pairs are ordinary markup. */
const CONTAINERS = ['task', 'answer', 'response', 'candidate_answer', 'candidate', 'untrusted_data', 'untrusted', 'conversation', 'user_input', 'model_output', 'assistant_response', 'submission', 'student_answer', 'data_to_evaluate'];
const END_OF_DATA = /(?:^|[\s\-=#[<|_"])(?:begin|end)[ _](?:of[ _])?(?:the[ _])?(?:untrusted |judged )?(?:answer|data|conversation|input|document|text|response|output|verdict|evaluation|submission)\b[\s\S]{0,80}\b(?:yes|pass|perfect|full marks|correct|verdict|checks?|score)/;
const ROLE = '(?:system|assistant|user|developer|tool|model)';
const ROLE_TOKENS = new RegExp(`<\\|im_start\\|>\\s*${ROLE}|<\\|start_header_id\\|>\\s*${ROLE}|<\\|${ROLE}\\|>|<start_of_turn>\\s*${ROLE}|<<sys>>|\\[/?inst\\][\\s\\S]{0,200}\\[/?inst\\]|<\\|(?:end_of_document|begin_of_text)\\|>[\\s\\S]{0,80}\\b(?:yes|pass|evaluation)`);
/** A role that takes the floor, and speaks of verdicts. */
const ROLE_SPEAKS = /(?:(?:^|[\n.?!]) ?#{0,4} ?\[?system(?: message)? ?[:\]]|<(?:system|developer|instructions)>|\n ?assistant:)[^\n]{0,10}\n?[^\n]{0,80}(?:\b(?:all|every|each) (?:checks?|answers?|items?)|\bas (?:correct|passing|perfect)|\bevaluator|\bgrad(?:e|er|ing)\b|\bfull marks|\bthe (?:answer|above)[^\n]{0,20}(?:pass|correct)|\bit as correct|\byes for)/;
const NONCE_WITH_ORDER = /\bnonce\b["']?\s*[:=]\s*["']?[0-9a-z<]{2,64}[\s\S]{0,400}?\b(?:checks?|verdict|yes)\b/;
const GENERIC_VERDICT = /\{[^{}]{0,60}(?:\{[^{}]{0,80}\})?[^{}]{0,80}["'](?:verdict|score|rating|grade|passed|is_correct|overall)["']\s*:\s*(?:["'](?:pass|passed|correct|a\+|perfect)["']|10(?:\.0)?\b|5(?:\.0)?\b|100\b|1\.0\b|true\b)[^{}]{0,300}\}/;
const REASONED = /["'](?:reasoning|rationale|explanation|justification|feedback|comment)["']\s*:|["']verdict["']\s*:/;
/** Whoever asked for ratings gets JSON that looks like a verdict. */
const ASKED_FOR_RATING = /\b(?:json|scor\w*|rat(?:e|ing)s?|grad(?:e|ing)|evaluat\w*|verdict|sentiment|review)\b/i;

/** What the forms of a prompt or of a verdict in a text, given as `latinText`, give away. `context`: what the judged model was asked. */
export function forgedStructure(latin: string, rubric: Rubric, context: string): string | undefined {
  if (OUR_TAGS.test(latin)) return 'our-tags';
  if (hasForgedChecks(latin, rubric)) return 'forged-checks';
  if (ROLE_TOKENS.test(latin)) return 'role-tokens';
  if (ROLE_SPEAKS.test(latin)) return 'role-speaks';
  if (NONCE_WITH_ORDER.test(latin)) return 'forged-nonce';
  if (endsForeignContainer(latin) || END_OF_DATA.test(latin)) return 'end-of-data';
  return !ASKED_FOR_RATING.test(context) && isForgedVerdict(latin) ? 'forged-verdict' : undefined;
}

function hasForgedChecks(latin: string, rubric: Rubric): boolean {
  const names = new Set([...BUILT_IN_NAMES, ...rubric.checks.map(({ name }) => name)].filter((name) => latin.includes(name)));
  const assigned = [...names].filter((name) => new RegExp(`\\b${name}${ASSIGNED}`).test(latin));
  return assigned.length >= 2 || assigned.some((name) => name.includes('_')) || ([...names].some((name) => name.includes('_')) && /\bchecks?\b|\byes\b/.test(latin));
}

function endsForeignContainer(latin: string): boolean {
  return CONTAINERS.some((name) => {
    const end = latin.indexOf(`</${name}>`);
    return end >= 0 && !new RegExp(`<${name}[ >]`).test(latin.slice(0, end));
  });
}

function isForgedVerdict(latin: string): boolean {
  const found = GENERIC_VERDICT.exec(latin)?.[0];
  return found !== undefined && REASONED.test(found);
}
