import type { Incident } from '@understudy/contracts/incident';
import type { Proposal } from '@understudy/contracts/proposal';
import { describe, expect, it } from 'vitest';
import { noticeText } from './notice-text.ts';
import { incidentOf, receiversOf, resolved, T0, WEBHOOK } from './alert.fixture.ts';
import { type AlertLedger, initialAlertLedger, leaderIncidents } from './alert-state.ts';
import type { DecidedNow } from './leader-incidents.ts';
import { type Delivery, planAlerts } from './plan-alerts.ts';
import type { NamedReceiver } from './receiver-names.ts';
import type { DeliveryOutcome, DeliveryResult } from './record-results.ts';

const DELIVERED: DeliveryOutcome = { kind: 'delivered' };
const DOWN: DeliveryOutcome = { kind: 'failed', reason: 'connection refused', isFinal: false };

/** A leader on a fake clock: what it plans is delivered at once, as `answer` says. */
class Office {
  readonly ledger: AlertLedger = initialAlertLedger();
  readonly log: Delivery[] = [];
  readonly said: string[] = [];
  incidents: Incident[] = [];
  judge: DecidedNow['judge'];
  providers = new Map<string, string>();
  answer: (delivery: Delivery, atMs: number) => DeliveryOutcome = () => DELIVERED;
  nowMs = T0;
  #results: DeliveryResult[] = [];
  readonly #receivers: readonly NamedReceiver[];

  constructor(receivers: readonly NamedReceiver[] = receiversOf(WEBHOOK)) {
    this.#receivers = receivers;
  }

  turn(proposals: Proposal[] = []): void {
    const decided = { incidents: this.incidents, providers: this.providers, judge: this.judge };
    const plan = planAlerts(this.ledger, { nowMs: this.nowMs, project: 'default', receivers: this.#receivers, decided: decided === undefined ? undefined : { hostile: [], ...decided }, proposals, results: this.#results.splice(0), isInFlight: () => false, random: () => 0.5 });
    this.said.push(...plan.said);
    this.#results = plan.deliveries.map((delivery) => {
      this.log.push(structuredClone(delivery));
      return { receiver: delivery.named.name, messageId: delivery.message.id, outcome: this.answer(delivery, this.nowMs) };
    });
  }

  pass(seconds: number): void {
    const endMs = this.nowMs + seconds * 1000;
    while (this.nowMs < endMs) {
      this.turn();
      this.nowMs += 250;
    }
  }

  /** `change: route+route`, one a delivery. */
  told(receiver = 'hook'): string[] {
    return this.log.filter(({ named }) => named.name === receiver).map(({ message }) => `${message.change}: ${message.items.map(({ incident }) => incident.route || incident.target).join('+')}`);
  }
}

const silence = (untilMs: number | undefined, route?: string): Proposal => ({ kind: 'silence', v: 1, project: 'default', proposalId: 'p', atMs: T0, reason: 'ann: known', ...(untilMs === undefined ? {} : { untilMs }), ...(route === undefined ? {} : { route }) });

describe('an incident', () => {
  it('is told once when it opens and once when it is resolved', () => {
    const office = new Office();
    office.incidents = [incidentOf('a')];
    office.pass(60);
    office.incidents = [resolved(incidentOf('a'), office.nowMs)];
    office.pass(60);
    expect(office.told()).toEqual(['opened: a', 'resolved: a']);
  });

  it('that is over before anybody was told is not told of', () => {
    const office = new Office();
    office.incidents = [incidentOf('a')];
    office.pass(3);
    office.incidents = [resolved(incidentOf('a'), office.nowMs)];
    office.pass(30);
    expect(office.told()).toEqual([]);
  });

  it('that was raised from alert to switch is told once more', () => {
    const office = new Office();
    office.incidents = [incidentOf('a', { action: 'alert', signal: 'cost_per_call' })];
    office.pass(10);
    office.incidents = [incidentOf('a')];
    office.pass(60);
    expect(office.told()).toEqual(['opened: a', 'updated: a']);
    expect(office.log[1]?.message.items[0]?.before).toEqual({ action: 'alert', signal: 'cost_per_call', target: 'openai/large' });
  });

  it('is told once more for each thing that came to it', () => {
    const office = new Office();
    office.incidents = [incidentOf('a')];
    office.pass(10);
    office.incidents = [incidentOf('a', { notes: ['openai/small: sum of spend over 1h at most 5'] })];
    office.pass(60);
    expect(office.told()).toEqual(['opened: a', 'updated: a']);
    expect(noticeText('updated', { incident: incidentOf('a', { notes: ['openai/small: sum of spend over 1h at most 5'] }) }).lines).toContain('Also: openai/small: sum of spend over 1h at most 5');
  });

  it('goes only to who wants its action, and to them once it is raised', () => {
    const office = new Office(receiversOf({ ...WEBHOOK, actions: ['switch'] }));
    office.incidents = [incidentOf('a', { action: 'alert' })];
    office.pass(30);
    expect(office.told()).toEqual([]);
    office.incidents = [incidentOf('a')];
    office.pass(30);
    expect(office.told()).toEqual(['opened: a']);
  });

  it('from before there was a ledger, and long resolved, is not told of', () => {
    const office = new Office();
    office.incidents = [resolved(incidentOf('a'), T0 - 1_000)];
    office.pass(30);
    expect(office.told()).toEqual([]);
  });

  it('whose route was forgotten is over after ten minutes', () => {
    const office = new Office();
    office.incidents = [incidentOf('a')];
    office.pass(10);
    office.incidents = [];
    office.pass(9 * 60);
    expect(office.told()).toEqual(['opened: a']);
    office.pass(90);
    expect(office.told()).toEqual(['opened: a', 'resolved: a']);
  });

  it('is told again when the policy says so, for as long as it is open', () => {
    const office = new Office(receiversOf({ ...WEBHOOK, repeat: '10m' }));
    office.incidents = [incidentOf('a')];
    office.pass(25 * 60);
    expect(office.told()).toEqual(['opened: a', 'repeated: a', 'repeated: a']);
  });
});

it('tells Alertmanager of an open incident every minute, and then of its end', () => {
  const office = new Office(receiversOf({ name: 'am', alertmanager: 'http://am.example.com' }));
  office.incidents = [incidentOf('a')];
  office.pass(190);
  office.turn([silence(office.nowMs + 600_000)]);
  office.pass(120);
  office.incidents = [resolved(incidentOf('a'), office.nowMs)];
  office.pass(120);
  expect(office.told('am')).toEqual(['opened: a', ...Array.from({ length: 5 }, () => 'repeated: a'), 'resolved: a']);
});

describe('incidents of several routes', () => {
  it('that open within five seconds are one message', () => {
    const office = new Office();
    office.incidents = [incidentOf('a', { target: 'x/1' })];
    office.pass(3);
    office.incidents.push(incidentOf('b', { target: 'y/1' }), incidentOf('c', { target: 'z/1' }));
    office.pass(20);
    expect(office.told()).toEqual(['opened: a+b+c']);
  });

  it('are one event each for PagerDuty, with a common group', () => {
    const office = new Office(receiversOf({ name: 'pd', pagerduty: 'env:PD_KEY' }));
    office.incidents = [incidentOf('a', { target: 'x/1' }), incidentOf('b', { target: 'y/1' })];
    office.pass(20);
    expect(office.told('pd')).toEqual(['opened: a', 'opened: b']);
    expect(office.log.map(({ message }) => message.group)).toEqual(['inc-a', 'inc-a']);
  });
});

describe('when a provider fails as a whole', () => {
  const routes = ['a', 'b', 'c', 'd'];
  function failing(): Office {
    const office = new Office();
    office.providers = new Map([...routes.map((route): [string, string] => [route, 'openai']), ['other', 'anthropic']]);
    office.incidents = routes.slice(0, 3).map((route) => incidentOf(route));
    return office;
  }

  it('its routes are told of in one incident, and not one by one', () => {
    const office = failing();
    office.pass(30);
    office.incidents.push(incidentOf('d'));
    office.pass(30);
    expect(office.told()).toEqual(['opened: openai']);
    expect(office.log[0]?.message.items[0]?.routes).toEqual(['a', 'b', 'c']);
    expect(leaderIncidents(office.ledger)).toMatchObject([{ kind: 'provider', target: 'openai', state: 'open', statistic: 4 }]);
  });

  it('routes of another provider are told as ever', () => {
    const office = failing();
    office.incidents.push(incidentOf('other', { target: 'anthropic/x' }));
    office.pass(30);
    expect(office.told()).toEqual(['opened: other+openai']);
  });

  it('what is still open when it is over is told by itself', () => {
    const office = failing();
    office.pass(30);
    office.incidents = [incidentOf('a'), ...['b', 'c'].map((route) => resolved(incidentOf(route), office.nowMs))];
    office.pass(30);
    expect(office.told()).toEqual(['opened: openai', 'resolved: openai', 'opened: a']);
  });

  it('two routes, or fewer than half, or hours apart, are no common cause', () => {
    for (const change of [
      (office: Office) => { office.incidents.pop(); },
      (office: Office) => { office.providers = new Map(Array.from({ length: 7 }, (_, index) => [`r${index}`, 'openai'])); },
      (office: Office) => { office.incidents = office.incidents.map((incident, index) => ({ ...incident, openedAtMs: T0 - index * 3_600_000 })); },
    ]) {
      const office = failing();
      change(office);
      office.pass(30);
      expect(leaderIncidents(office.ledger)).toEqual([]);
    }
  });
});

describe('the judge', () => {
  it('that cannot be trusted for a minute is an incident, until it is well', () => {
    const office = new Office();
    office.judge = { health: 'quarantined', sinceMs: T0, text: '7 of 10 known answers judged wrongly' };
    office.pass(59);
    expect(leaderIncidents(office.ledger)).toEqual([]);
    office.pass(20);
    office.judge = { health: 'healthy', sinceMs: office.nowMs, text: '' };
    office.pass(20);
    expect(office.told()).toEqual(['opened: judge', 'resolved: judge']);
  });

  it('that answers again, and has spent its budget, is well', () => {
    const office = new Office();
    office.judge = { health: 'unreachable', sinceMs: T0, text: 'no answer' };
    office.pass(80);
    office.judge = { health: 'spent', sinceMs: office.nowMs, text: 'the day\'s budget is gone' };
    office.pass(20);
    expect(office.told()).toEqual(['opened: judge', 'resolved: judge']);
  });

  it('that is out of budget is none', () => {
    const office = new Office();
    office.judge = { health: 'spent', sinceMs: T0, text: 'the day\'s budget is gone' };
    office.pass(300);
    expect(office.told()).toEqual([]);
  });
});

describe('a silence', () => {
  it('holds an alert back until it ends, and then tells of what is still open', () => {
    const office = new Office();
    office.turn([silence(T0 + 60_000, 'a')]);
    office.incidents = [incidentOf('a'), incidentOf('b', { target: 'x/1' })];
    office.pass(50);
    expect(office.told()).toEqual(['opened: b']);
    office.pass(20);
    expect(office.told()).toEqual(['opened: b', 'opened: a']);
    expect(office.ledger.silences).toEqual([]);
  });

  it('of everything ends by a command, and what was resolved meanwhile is never told', () => {
    const office = new Office();
    office.turn([silence(T0 + 600_000)]);
    office.incidents = [incidentOf('a'), incidentOf('b', { target: 'x/1' })];
    office.pass(30);
    office.incidents = [resolved(incidentOf('a'), office.nowMs), incidentOf('b', { target: 'x/1' })];
    office.pass(5);
    office.turn([silence(undefined)]);
    office.pass(5);
    expect(office.told()).toEqual(['opened: b']);
  });

  it('does not keep the end of what was told from being told', () => {
    const office = new Office();
    office.incidents = [incidentOf('a')];
    office.pass(10);
    office.turn([silence(T0 + 600_000)]);
    office.incidents = [resolved(incidentOf('a'), office.nowMs)];
    office.pass(10);
    expect(office.told()).toEqual(['opened: a', 'resolved: a']);
  });
});

describe('a receiver that is down', () => {
  it('for ten minutes is told afterwards, both the beginning and the end, in order', () => {
    const office = new Office();
    const backMs = T0 + 600_000;
    const taken: string[] = [];
    office.answer = ({ message }, atMs) => {
      if (atMs < backMs) return DOWN;
      taken.push(message.change);
      return DELIVERED;
    };
    office.incidents = [incidentOf('a')];
    office.pass(120);
    office.incidents = [resolved(incidentOf('a'), office.nowMs)];
    office.pass(479);
    expect(taken).toEqual([]);
    office.pass(75);
    expect(taken).toEqual(['opened', 'resolved']);
    // 1, 2, 4 … 60 s apart: not a flood.
    expect(office.log.length).toBeLessThan(25);
  });

  it('is asked with one message at a time, and hears of the others at once when it is back', () => {
    const office = new Office(receiversOf({ name: 'pd', pagerduty: 'env:PD_KEY' }));
    let isDown = true;
    office.answer = () => (isDown ? DOWN : DELIVERED);
    office.incidents = Array.from({ length: 8 }, (_, index) => incidentOf(`r${index}`, { target: `p${index}/m` }));
    office.pass(120);
    const attempts = office.log.length;
    expect(attempts).toBeLessThan(16);
    isDown = false;
    office.pass(65);
    expect(office.ledger.receivers.pd).toMatchObject({ outbox: [], deliveredCount: 8, deadCount: 0 });
  });

  it('for a day gives the message up, says so once, and is told nothing of its end', () => {
    const office = new Office();
    office.answer = () => DOWN;
    office.incidents = [incidentOf('a')];
    office.pass(20 * 60);
    office.nowMs += 24 * 3_600_000;
    office.pass(130);
    expect(office.said).toHaveLength(1);
    expect(office.ledger.receivers.hook?.dead).toMatchObject([{ change: 'opened', incidentIds: ['inc-a'], reason: 'connection refused' }]);
    office.answer = () => DELIVERED;
    const before = office.log.length;
    office.incidents = [resolved(incidentOf('a'), office.nowMs)];
    office.pass(60);
    expect(office.log).toHaveLength(before);
  });

  it('and asks for time gets it', () => {
    const office = new Office();
    office.answer = () => ({ kind: 'failed', reason: 'it answered 429', isFinal: false, retryAfterMs: 30_000 });
    office.incidents = [incidentOf('a')];
    office.pass(34);
    expect(office.log).toHaveLength(1);
  });
});

it('has a bound on what one receiver is told of at the same time, and goes on when there is room', () => {
  const office = new Office();
  office.incidents = Array.from({ length: 300 }, (_, index) => incidentOf(`r${index}`, { target: `p${index}/m` }));
  office.pass(20);
  const first = office.log.flatMap(({ message }) => message.items).length;
  expect([first, Math.max(...office.log.map(({ message }) => message.items.length))]).toEqual([250, 50]);
  office.incidents = office.incidents.map((incident, index) => (index < 100 ? resolved(incident, office.nowMs) : incident));
  office.pass(20);
  expect(office.log.filter(({ message }) => message.change === 'opened').flatMap(({ message }) => message.items)).toHaveLength(300);
});

it('gives up what a receiver refuses for good after five attempts, and goes on with the rest', () => {
  const office = new Office();
  office.answer = ({ message }) => (message.items.some(({ incident }) => incident.route === 'bad') ? { kind: 'failed', reason: 'it answered 400', isFinal: true } : DELIVERED);
  office.incidents = [incidentOf('bad', { target: 'x/1' })];
  office.pass(10);
  office.incidents.push(incidentOf('good', { target: 'y/1' }));
  office.pass(120);
  expect(office.told().filter((text) => text === 'opened: bad')).toHaveLength(5);
  expect(office.told()).toContain('opened: good');
  expect(office.ledger.receivers.hook).toMatchObject({ deadCount: 1, deliveredCount: 1 });
});

it('waits for no clock that was a day ahead and has been put right', () => {
  const office = new Office();
  office.answer = () => DOWN;
  office.nowMs = T0 + 86_400_000;
  office.incidents = [incidentOf('a'), incidentOf('b', { target: 'x/1' })];
  office.pass(4);
  office.nowMs = T0;
  office.turn();
  office.turn();
  expect(office.told()).toEqual(['opened: a+b']);
  office.nowMs = T0 + 86_400_000;
  office.pass(60);
  office.nowMs = T0;
  office.answer = () => DELIVERED;
  office.pass(1);
  expect(office.ledger.receivers.hook).toMatchObject({ outbox: [], deliveredCount: 1 });
});

it('drops a repeat that did not get through when the incident is resolved', () => {
  const office = new Office(receiversOf({ ...WEBHOOK, repeat: '1m' }));
  office.incidents = [incidentOf('a')];
  office.pass(30);
  office.answer = () => DOWN;
  office.pass(60);
  office.answer = () => DELIVERED;
  office.incidents = [resolved(incidentOf('a'), office.nowMs)];
  const before = office.log.length;
  office.pass(120);
  expect(office.told().slice(before)).toEqual(['resolved: a']);
});

it('forgets a receiver that the policy names no more', () => {
  const office = new Office();
  office.incidents = [incidentOf('a')];
  office.pass(10);
  planAlerts(office.ledger, { nowMs: office.nowMs, project: 'default', receivers: [], decided: undefined, proposals: [], results: [], isInFlight: () => false, random: () => 0 });
  expect(Object.keys(office.ledger.receivers)).toEqual([]);
});
