import { describe, expect, it } from 'vitest';
import { historyFaults, type PublishedSnapshot, publishedFaults, versionText } from './override-history.ts';

const snapshot = (epoch: number, version: number): PublishedSnapshot => ({ epoch, version, jws: `signed ${epoch}.${version}` });
const LINE = [snapshot(0, 1), snapshot(0, 2), snapshot(7, 3), snapshot(7, 4)];
const published = new Map(LINE.map((each) => [versionText(each), each]));
const sent = new Map(LINE.map((each) => [versionText(each), each.jws]));

describe('what was published', () => {
  it('is one line over all leaders', () => expect(publishedFaults(LINE)).toEqual([]));
  it('is none when a leader that was superseded writes once more', () => expect(publishedFaults([...LINE, snapshot(0, 5)])).toEqual(['0.5 was published after 7.4']));
  it('is none when a version comes twice', () => expect(publishedFaults([snapshot(0, 1), snapshot(0, 1)])).toEqual(['0.1 was published after 0.1']));
});

describe('what an SDK has applied', () => {
  it('may leave some out', () => expect(historyFaults({ applied: [snapshot(0, 1), snapshot(7, 4)], accepted: 2, sent }, published)).toEqual([]));
  it('never goes back', () => expect(historyFaults({ applied: [snapshot(7, 3), snapshot(0, 2)], accepted: 2, sent }, published)).toEqual(['applied 0.2 after 7.3']));
  it('was published', () => expect(historyFaults({ applied: [snapshot(9, 1)], accepted: 1, sent }, published)).toEqual(['applied 9.1, which was never published']));
  it('has the content that was published', () => {
    expect(historyFaults({ applied: [snapshot(7, 4)], accepted: 1, sent: new Map([['7.4', 'forged']]) }, published)).toEqual(['applied another content of 7.4 than was published']);
  });
  it('was all seen', () => expect(historyFaults({ applied: [snapshot(7, 4)], accepted: 2, sent }, published)).toEqual(['accepted 2 snapshots, and 1 were seen in force']));
});
