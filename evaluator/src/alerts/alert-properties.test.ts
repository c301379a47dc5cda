import type { Incident } from '@understudy/contracts/incident';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { incidentOf, receiversOf, resolved, T0, WEBHOOK } from './alert.fixture.ts';
import { type AlertLedger, alertLedgerFromJson, initialAlertLedger, type MessageChange } from './alert-state.ts';
import { planAlerts } from './plan-alerts.ts';
import type { DeliveryResult } from './record-results.ts';

const RECEIVERS = receiversOf({ ...WEBHOOK, repeat: '1m' }, { name: 'pd', pagerduty: 'env:K' }, { name: 'am', alertmanager: 'http://am.example.com' });
const ROUTES = ['a', '__proto__', 'c', 'd'];

/** What happens at one step of a life. Time passes with each. */
const eventArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), turns: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('toggle' as const), route: fc.constantFrom(...ROUTES) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('raise' as const), route: fc.constantFrom(...ROUTES) }) },
  // The office dies: what was not committed, what is on its way and its results are gone.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('network' as const), isUp: fc.boolean() }) },
);

interface Received {
  readonly receiver: string;
  readonly change: MessageChange;
  readonly incidentId: string;
}

/** A leader and its receivers: messages take some turns, results come back in any order, or never. */
class World {
  nowMs = T0;
  ledger: AlertLedger = initialAlertLedger();
  committed = JSON.stringify(this.ledger);
  planned: ReturnType<typeof planAlerts>['deliveries'] = [];
  underWay: { key: string; arrivesMs: number; isDelivered: boolean; result: DeliveryResult }[] = [];
  results: DeliveryResult[] = [];
  isUp = true;
  /** By id: decide keeps those that are resolved. */
  readonly incidents = new Map<string, Incident>();
  /** In the order of arrival, a message that arrives again left out: receivers tell by its id. */
  readonly received: Received[] = [];
  readonly seen = new Set<string>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  turn(): void {
    this.nowMs += 250;
    for (const { named, message } of this.planned) this.#send(named.name, message.id, message.change, message.items.map(({ incident }) => incident.incidentId));
    for (const arrived of this.underWay.filter(({ arrivesMs }) => arrivesMs <= this.nowMs)) this.results.push(arrived.result);
    this.underWay = this.underWay.filter(({ arrivesMs }) => arrivesMs > this.nowMs);
    const before = JSON.stringify(this.ledger);
    const plan = planAlerts(this.ledger, {
      nowMs: this.nowMs, project: 'default', receivers: RECEIVERS, proposals: [], results: this.results.splice(0), random: this.#random,
      decided: { incidents: [...this.incidents.values()], providers: new Map(), judge: undefined, hostile: [] }, isInFlight: (receiver, id) => this.underWay.some(({ key }) => key === `${receiver}/${id}`),
    });
    // What changes is committed; nothing changes unsaid.
    const after = JSON.stringify(this.ledger);
    if (plan.isChanged) this.committed = after;
    else expect(after).toBe(before);
    this.planned = plan.deliveries;
  }

  #send(receiver: string, id: string, change: MessageChange, incidentIds: string[]): void {
    const key = `${receiver}/${id}`;
    if (this.underWay.some((each) => each.key === key)) return;
    const luck = this.#random();
    // It may arrive although its sender hears that it did not.
    const isDelivered = this.isUp && luck < 0.9;
    const isArrived = isDelivered || luck > 0.97;
    if (isArrived && !this.seen.has(key)) for (const incidentId of incidentIds) this.received.push({ receiver, change, incidentId });
    if (isArrived) this.seen.add(key);
    this.underWay.push({ key, arrivesMs: this.nowMs + Math.floor(luck * 10) * 300, isDelivered, result: { receiver, messageId: id, outcome: isDelivered ? { kind: 'delivered' } : { kind: 'failed', reason: 'no', isFinal: false } } });
  }

  kill(): void {
    this.ledger = alertLedgerFromJson(this.committed);
    Object.assign(this, { planned: [], underWay: [], results: [] });
  }

  toggle(route: string): void {
    const open = this.#openOf(route);
    if (open !== undefined) this.incidents.set(open.incidentId, resolved(open, this.nowMs));
    else {
      const incidentId = `inc-${this.incidents.size + 1}`;
      this.incidents.set(incidentId, incidentOf(route, { incidentId, action: 'alert', openedAtMs: this.nowMs, target: `${route}/m` }));
    }
  }

  raise(route: string): void {
    const open = this.#openOf(route);
    if (open !== undefined) this.incidents.set(open.incidentId, { ...open, action: 'switch' });
  }

  #openOf(route: string): Incident | undefined {
    return [...this.incidents.values()].find((incident) => incident.route === route && incident.state === 'open');
  }
}

type LifeEvent = typeof eventArbitrary extends fc.Arbitrary<infer Event> ? Event : never;

function live(world: World, event: LifeEvent): void {
  if (event.kind === 'kill') world.kill();
  else if (event.kind === 'network') world.isUp = event.isUp;
  else if (event.kind === 'pass') passTurns(world, event.turns);
  else world[event.kind](event.route);
}

function passTurns(world: World, turns: number): void {
  for (let turn = 0; turn < turns; turn++) world.turn();
}

function expectWholeStory(story: readonly MessageChange[], state: Incident['state']): void {
  const beginningAndEnd = story.filter((change) => change === 'opened' || change === 'resolved');
  if (state === 'open') expect(beginningAndEnd).toEqual(['opened']);
  // One that was over before anybody was told has no story.
  else if (story.length > 0) expect(beginningAndEnd).toEqual(['opened', 'resolved']);
  if (story.length > 0) expect([story[0], state === 'open' ? 'resolved' : story.at(-1)]).toEqual(['opened', 'resolved']);
}

it('tells every receiver of exactly one beginning and at most one end of an incident, in this order, whatever is lost, killed or late', () => {
  fc.assert(fc.property(fc.array(eventArbitrary, { minLength: 5, maxLength: 40 }), fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })), (events, chance) => {
    const world = new World(() => chance.next().value ?? 0);
    for (const event of events) live(world, event);
    // All ends, and the network is there again.
    world.isUp = true;
    passTurns(world, 1_200);
    for (const { name } of RECEIVERS) {
      for (const { incidentId, state } of world.incidents.values()) expectWholeStory(world.received.filter((each) => each.receiver === name && each.incidentId === incidentId).map(({ change }) => change), state);
    }
  }), { numRuns: 60 });
}, 60_000);
