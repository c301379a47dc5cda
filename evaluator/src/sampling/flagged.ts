import { signalDefinition, type SignalName, type SignalValues } from '@understudy/contracts/signal';

/** How an answer looks, and that it is like the one before: on many routes every healthy answer does. A change of their rates has tests of its own. */
const USUAL: ReadonlySet<SignalName> = new Set<SignalName>(['fence', 'heading', 'bullets', 'opener', 'hedge', 'value_share']);
/** From here on a score speaks against the answer. */
const LEAST_SCORE = 0.5;

/**
 * Whether a heuristic speaks against the answer: any signal of format or content that is 1 (a rate) or at least .5 (`ungrounded`), except what is
 * usual. A fixed rule, and never the judge's own: what is usual among flagged calls stays comparable.
 */
export function isFlagged(signals: SignalValues): boolean {
  for (const name in signals) {
    const value = signals[name as SignalName];
    if (value !== undefined && value >= LEAST_SCORE && speaksAgainst(name as SignalName)) return true;
  }
  return false;
}

const known = new Map<SignalName, boolean>();
/** Names of one's own come from the policy, and are few. */
const MOST_KNOWN = 1_000;

function speaksAgainst(name: SignalName): boolean {
  let answer = known.get(name);
  if (answer === undefined) {
    const { family, kind } = signalDefinition(name);
    answer = (family === 'format' || family === 'content') && (kind === 'rate' || kind === 'score') && !USUAL.has(name);
    if (known.size < MOST_KNOWN) known.set(name, answer);
  }
  return answer;
}
