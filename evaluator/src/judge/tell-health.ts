import type { JudgeHealth } from '@understudy/contracts/evidence';
import { hasDrifted } from './anchors-run.ts';
import { controlAccuracy, healthOf, LEAST_ACCURACY } from './health.ts';
import type { HealthBook, JudgeState } from './judge-state.ts';
import type { JudgeTurnOutput } from './turn-output.ts';

const TOLD_EVERY_MS = 60_000;

export interface TellFacts {
  readonly nowMs: number;
  readonly project: string;
  readonly isOn: boolean;
  /** The day's budget is gone. */
  readonly isSpent: boolean;
  /** Why a configured judge does not work. */
  readonly trouble: string | undefined;
}

/** Tells every partition of the evidence how the judge is: at a change, when the anchors were found as ever (a decision may wait for it), and once a minute while there is one. */
export function tellHealth(state: JudgeState, facts: TellFacts, out: JudgeTurnOutput): void {
  const { nowMs, project, isOn } = facts;
  const { told } = state.health;
  const health = healthOf({ isOn, book: state.health, hasDrifted: hasDrifted(state.anchors), isSpent: facts.isSpent });
  const isChange = told?.health !== health;
  const { passedAtMs } = state.anchors;
  const isNews = isChange || passedAtMs !== told.passedAtMs;
  if (!isNews && (health === 'off' || nowMs - told.atMs < TOLD_EVERY_MS)) return;
  // Where there never was a judge there is nothing to tell.
  if (told === undefined && health === 'off' && facts.trouble === undefined) return;
  const sinceMs = isChange ? nowMs : told.sinceMs;
  out.addToAll({ kind: 'judge', v: 1, project, atMs: nowMs, health, sinceMs, text: healthText(health, state, facts.trouble), ...(passedAtMs === undefined ? {} : { anchorsPassedAtMs: passedAtMs }) });
  state.health = { ...state.health, told: { health, sinceMs, atMs: nowMs, ...(passedAtMs === undefined ? {} : { passedAtMs }) } };
}

function healthText(health: JudgeHealth, { health: book, anchors }: JudgeState, trouble: string | undefined): string {
  const { last } = anchors;
  switch (health) {
    case 'healthy': return anchors.unaffordable ? 'the judge answers; its anchors are due, and are not judged: they would cost more than a quarter of the day\'s budget' : 'the judge answers, and as ever';
    case 'quarantined': return `the judge is right about ${Math.round((controlAccuracy(book.controls) ?? 0) * 100)} % of the last ${book.controls.length} items whose answer is known; ${LEAST_ACCURACY * 100} % are needed`;
    case 'drifted': return `the judge judges its anchors otherwise than before${last?.result === 'drifted' ? ` (${last.flips} of ${last.compared})` : ''}: pin a dated model, or take another one`;
    case 'unreachable': return `the judge does not answer (${book.answers.filter((hasAnswered) => !hasAnswered).length} of the last ${book.answers.length} times)${causeText(book)}`;
    case 'spent': return 'the day\'s budget for judging is spent: heuristics only until midnight UTC';
    case 'off': return trouble ?? 'no judge is configured';
  }
}

/** The last failure in words, and where to look: categories only, a provider's own message may repeat keys or texts. */
function causeText({ lastError }: HealthBook): string {
  switch (lastError) {
    case 'unauthorised': return ': its provider refuses the key (401 or 403): check `judge.apiKey`';
    case 'unreachable': return ': no connection to its address: check `judge.baseUrl`';
    case 'provider': return ': its provider answers with an error: check `judge.model` and `judge.baseUrl`';
    case 'rate-limited': return ': its provider turns it away for its rate or quota (429)';
    case 'timeout': return ': no answer within `judge.timeout`';
    default: return '';
  }
}
