import { rubricOf } from '@understudy/evaluator/judge/rubric';
import { hostileText } from '@understudy/evaluator/judge/hostile-text';
import { INJECTION_CORPUS } from '@understudy/evaluator/judge/test-support/injection-corpus';
import type { Judgement } from '@understudy/contracts/evidence';
import { policySchema } from '@understudy/contracts/policy';
import { JudgedStory } from '@understudy/evaluator/policy/test-support/judged-story';
import { FALLBACK, GOOD, PRIMARY, REFUSED, ROUTE } from '@understudy/evaluator/policy/test-support/story';
import { describe, expect, it } from 'vitest';

/**
 * Attackers write into a share of the sessions. The judge here is the worst there could be: whatever text the filter lets through, it obeys. What the filter finds is
 * excluded and counted, as the judge role does it.
 */
const rubric = rubricOf(policySchema.parse({ version: 1 }), ROUTE);
const found = INJECTION_CORPUS.map(({ text }) => hostileText({ rubric, system: 'You are a support assistant.', input: 'Where is my parcel?', output: `It is on its way.\n${text}` }) !== undefined);

function sessions(hostileShare: number, wanted: 'bad' | 'good', otherwise: (index: number) => number): (index: number) => Judgement['outcome'] {
  return (index) => {
    const hostile = Math.floor((index + 1) * hostileShare) > Math.floor(index * hostileShare);
    if (!hostile) return { kind: 'judged', score: otherwise(index) };
    return found[index % found.length] === true ? { kind: 'excluded', reason: 'hostile text' } : { kind: 'judged', score: wanted === 'bad' ? 0 : 1 };
  };
}

const healthy = (index: number) => (index % 20 === 0 ? 0 : 1);
const degraded = (index: number) => (index % 5 === 0 ? 1 : 0.2);

describe('hostile text in the sessions of one in ten', () => {
  it('triggers no override', () => {
    const story = new JudgedStory().health('healthy').judged(1_500, sessions(0.1, 'bad', healthy));
    expect(story.entry?.targets[0]).toMatchObject({ id: PRIMARY });
    expect(story.proposals.filter(({ effect }) => effect === 'override')).toEqual([]);
  });

  it('suppresses no override that the judge and another signal call for', () => {
    const attack = sessions(0.1, 'good', degraded);
    const story = new JudgedStory().health('healthy').untilDoubt(attack);
    for (let turn = 0; turn < 100 && story.route.phase.name === 'suspect'; turn++) story.judged(1, attack, turn % 2 === 0 ? REFUSED : GOOD);
    expect(['degraded', 'overridden']).toContain(story.route.phase.name);
    expect(story.entry?.targets[0]).toMatchObject({ id: FALLBACK });
  });

  it('is brought to the eyes of people', () => {
    expect(new JudgedStory().health('healthy').judged(900, sessions(0.1, 'bad', healthy)).route.hostile?.sinceMs).toBeDefined();
  });
});

describe('hostile text in three of ten sessions', () => {
  it('leaves the state inconclusive, with a security alert and without an override, whatever the attacker wants', () => {
    for (const wanted of ['bad', 'good'] as const) {
      const story = new JudgedStory().health('healthy').judged(1_500, sessions(0.3, wanted, healthy));
      expect(story.route.phase, wanted).toMatchObject({ name: 'inconclusive' });
      expect(story.route.hostile?.sinceMs, wanted).toBeDefined();
      expect(story.proposals.filter(({ effect }) => effect === 'override'), wanted).toEqual([]);
    }
  });
});
