import { expect, it } from 'vitest';
import { initialAlertLedger } from './alert-state.ts';
import { type HostileRoute, watchHostileTexts } from './security-incidents.ts';

const HOSTILE: HostileRoute = { route: 'support.answer', target: 'openai/gpt-5', sinceMs: 1_000, statistic: 2e5, threshold: 1e5, isDoubtful: false };

it('opens one security incident a route, and resolves it when few texts are hostile again', () => {
  const ledger = initialAlertLedger();
  expect(watchHostileTexts(ledger, 'default', [HOSTILE], 2_000)).toBe(true);
  expect(watchHostileTexts(ledger, 'default', [HOSTILE], 3_000)).toBe(false);
  expect(ledger.held.map(({ incident }) => [incident.kind, incident.route, incident.state, incident.action])).toEqual([['security', 'support.answer', 'open', 'alert']]);
  expect(watchHostileTexts(ledger, 'default', [], 4_000)).toBe(true);
  expect(ledger.held[0]?.incident).toMatchObject({ state: 'resolved', resolvedAtMs: 4_000 });
});

it('says so once when they have become so many that the judge has no say', () => {
  const ledger = initialAlertLedger();
  watchHostileTexts(ledger, 'default', [HOSTILE], 2_000);
  expect(watchHostileTexts(ledger, 'default', [{ ...HOSTILE, isDoubtful: true }], 3_000)).toBe(true);
  expect(watchHostileTexts(ledger, 'default', [{ ...HOSTILE, isDoubtful: true }], 4_000)).toBe(false);
  expect(ledger.held[0]?.incident.notes).toHaveLength(1);
});

it('opens another one when it begins again', () => {
  const ledger = initialAlertLedger();
  for (const hostile of [[HOSTILE], [], [{ ...HOSTILE, sinceMs: 9_000 }]]) watchHostileTexts(ledger, 'default', hostile, 10_000);
  expect(new Set(ledger.held.map(({ incident }) => incident.incidentId)).size).toBe(2);
});
