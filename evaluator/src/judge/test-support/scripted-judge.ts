import type { Judge, Judged, JudgeItem, JudgeOutcome } from '../judge.ts';

export const MOST_USD = 0.01;

/** A good answer's verdict, or what differs from it. */
export function judged(score = 1, differing: Partial<Judged> = {}): Judged {
  return {
    kind: 'judged', score, checks: { addresses_request: score < 0.5 ? 'no' : 'yes' }, reasoning: 'as scripted', cached: false, responseModel: 'judge-1', fingerprint: 'f1',
    usage: { inputTokens: 100, cachedInputTokens: 0, outputTokens: 20 }, costUsd: MOST_USD, durationMs: 5, ...differing,
  };
}

export function failed(reason: 'unreachable' | 'timeout' | 'unparsed'): JudgeOutcome {
  return { kind: 'error', reason, retryable: true, costUsd: reason === 'unreachable' ? 0 : MOST_USD, durationMs: 5 };
}

interface HeldAsk {
  readonly item: JudgeItem;
  readonly settle: (outcome: JudgeOutcome) => void;
}

/** A judge that says what the test says, at once or when it is told to. */
export class ScriptedJudge implements Judge {
  readonly model = 'judge-1';
  readonly asked: JudgeItem[] = [];
  readonly held: HeldAsk[] = [];
  /** Asks whose answer nobody waited for. */
  abandoned = 0;
  /** Undefined: the answer is held until the test gives it. */
  answer: (item: JudgeItem) => JudgeOutcome | undefined = () => judged();
  mostUsd: number | undefined = MOST_USD;

  mostCostUsd(): number | undefined {
    return this.mostUsd;
  }

  async judge(item: JudgeItem, abort: AbortSignal): Promise<JudgeOutcome> {
    this.asked.push(item);
    const outcome = this.answer(item);
    if (outcome !== undefined) return outcome;
    return new Promise((resolve) => {
      const held: HeldAsk = { item, settle: resolve };
      this.held.push(held);
      abort.addEventListener('abort', () => this.#abandon(held), { once: true });
    });
  }

  #abandon(held: HeldAsk): void {
    const place = this.held.indexOf(held);
    if (place === -1) return;
    this.held.splice(place, 1);
    this.abandoned += 1;
    held.settle({ kind: 'error', reason: 'timeout', retryable: true, costUsd: undefined, durationMs: 1 });
  }

  /** What was asked about drawn calls: without controls and anchors. */
  requestsAsked(): JudgeItem[] {
    return this.asked.filter(({ route }) => route !== 'control' && route !== 'anchor');
  }
}
