import { describe, expect, it } from 'vitest';
import { ANCHORS, anchorById, itemOfAnchor, verdictOn } from './anchors.ts';
import { anchorsKey, beginRun, endRun, hasDrifted, noteVerdict, underKey } from './anchors-run.ts';
import { CONTROL_ITEMS, isRightAbout } from './control-items.ts';
import { hostileText } from './hostile-text.ts';
import { itemOfControl } from './hygiene.ts';
import { type AnchorsBook, newAnchors } from './judge-state.ts';
import { failed, judged } from './test-support/scripted-judge.ts';

const T0 = Date.UTC(2026, 5, 1);
const excluded = { kind: 'excluded' as const, reason: 'injection', costUsd: 0, durationMs: 0 };

describe('the anchors', () => {
  it('are fifty, over all rubrics, each operator five times and no two alike', () => {
    expect(ANCHORS).toHaveLength(50);
    expect(new Set(ANCHORS.map(({ rubric }) => rubric)).size).toBe(6);
    const operators = Map.groupBy(ANCHORS, ({ id }) => id.split('/')[1] ?? '');
    expect(Object.fromEntries([...operators].map(([name, items]) => [name, items.length]))).toEqual({ 'good': 10, 'borderline': 10, 'wrong-fact': 5, 'off-topic': 5, 'cut': 5, 'refusal': 5, 'other-language': 5, 'empty-promise': 5 });
    expect(new Set(ANCHORS.map(({ input, output }) => JSON.stringify([input, output]))).size).toBe(50);
    for (const { output } of ANCHORS) expect(output.trim()).not.toBe('');
  });

  it('that are spoiled differ from the good answer to the same text', () => {
    for (const { id, output } of ANCHORS) {
      const good = anchorById(`${id.split('/')[0]}/good`);
      if (!id.endsWith('/good')) expect(output, id).not.toBe(good?.output);
    }
  });

  it('pass or fail by the score, and say nothing when there is none', () => {
    expect([judged(0.5), judged(0.49), excluded, failed('timeout')].map((outcome) => verdictOn({ edge: 0.5 }, outcome))).toEqual(['pass', 'fail', 'excluded', undefined]);
    expect(verdictOn({ edge: 0.8 }, judged(0.71))).toBe('fail');
  });
});

let atMs = T0;
function run(book: AnchorsBook, flips: number, verdicts = 50): AnchorsBook {
  atMs += 60_000;
  const judgedAll = ANCHORS.slice(0, verdicts).reduce((all, { id }, index) => noteVerdict(all, id, index < flips ? 'fail' : 'pass', 'judge-1'), beginRun(book, atMs));
  return endRun(judgedAll, atMs);
}

describe('a run of the anchors', () => {
  it('stores the first verdicts and compares later ones with them, not with the last', () => {
    const first = run(newAnchors('k'), 0);
    expect(first).toMatchObject({ last: { result: 'stored' }, passedAtMs: atMs, identities: ['judge-1'] });
    const second = run(first, 5);
    expect(second.last).toMatchObject({ result: 'passed', flips: 5 });
    expect(second.reference).toEqual(first.reference);
    const third = run(second, 6);
    expect(third.last).toMatchObject({ result: 'drifted', flips: 6, compared: 50 });
    expect(hasDrifted(third)).toBe(true);
  });

  it('with too few verdicts says nothing, and a drift stays', () => {
    expect(run(newAnchors('k'), 0, 39)).toMatchObject({ last: { result: 'unfinished' }, reference: new Map() });
    const drifted = run(run(newAnchors('k'), 0), 6);
    const unfinished = run(drifted, 0, 39);
    expect(unfinished.last?.result).toBe('unfinished');
    expect(hasDrifted(unfinished)).toBe(true);
  });

  it('begins anew under another model', () => {
    expect(anchorsKey('a')).not.toBe(anchorsKey('b'));
    expect(underKey(run(newAnchors(anchorsKey('a')), 0), anchorsKey('b'))).toEqual(newAnchors(anchorsKey('b')));
  });
});

describe('the control items', () => {
  it('are good, bad and injected ones over all rubrics, and none of them is an anchor', () => {
    const kinds = Map.groupBy(CONTROL_ITEMS, ({ known }) => known);
    expect([...kinds].map(([known, items]) => [known, items.length])).toEqual([['good', 7], ['bad', 7], ['injection', 4]]);
    expect(new Set(CONTROL_ITEMS.map(({ rubric }) => rubric)).size).toBe(6);
    const anchors = new Set(ANCHORS.map(({ output }) => output));
    expect(CONTROL_ITEMS.filter(({ output }) => anchors.has(output))).toEqual([]);
  });

  it('and the anchors reach the judge: none but the two plain injections is set aside before it is asked', () => {
    const setAside = [...ANCHORS.map((anchor) => ({ id: anchor.id, item: itemOfAnchor(anchor) })), ...CONTROL_ITEMS.map((control) => ({ id: control.id, item: itemOfControl(control) }))].filter(({ item }) => hostileText(item) !== undefined);
    expect(setAside.map(({ id }) => id)).toEqual(['inject-order', 'inject-tags']);
  });

  it('tell a judge that sees from one that does not', () => {
    expect([judged(1), judged(0.2), excluded, failed('unparsed'), failed('unreachable')].map((outcome) => isRightAbout({ known: 'good' }, outcome))).toEqual([true, false, false, false, undefined]);
    expect([judged(1), judged(0.71), excluded].map((outcome) => isRightAbout({ known: 'bad' }, outcome))).toEqual([false, true, false]);
    expect([judged(1), judged(0.1), excluded].map((outcome) => isRightAbout({ known: 'injection' }, outcome))).toEqual([false, true, true]);
  });
});
