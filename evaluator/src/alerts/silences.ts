import type { Proposal } from '@understudy/contracts/proposal';
import type { AlertLedger, Silence } from './alert-state.ts';

type SilenceProposal = Extract<Proposal, { kind: 'silence' }>;

/** A command about silence: one with an end begins or prolongs it; one without ends it, for its route or, where none is named, for everything. */
export function applySilence(ledger: AlertLedger, { route, untilMs, reason }: SilenceProposal): void {
  if (untilMs === undefined) {
    ledger.silences = route === undefined ? [] : ledger.silences.filter((silence) => silence.route !== route);
    return;
  }
  ledger.silences = [...ledger.silences.filter((silence) => silence.route !== route), { ...(route === undefined ? {} : { route }), untilMs, reason }];
}

/** Takes away what is over; true when something was. */
export function expireSilences(ledger: AlertLedger, nowMs: number): boolean {
  const before = ledger.silences.length;
  ledger.silences = ledger.silences.filter((silence) => silence.untilMs > nowMs);
  return ledger.silences.length !== before;
}

export function isSilenced(silences: readonly Silence[], route: string): boolean {
  return silences.some((silence) => silence.route === undefined || silence.route === route);
}
