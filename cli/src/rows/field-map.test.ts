import { describe, expect, it } from 'vitest';
import { fieldColumns, parseFieldMap } from './field-map.ts';

describe('--map', () => {
  it('says which column holds what, in one or more options, and takes names with commas and equals signs', () => {
    expect([...parseFieldMap(['output=answer,latencySeconds=time, in s', 'costUsd=a=b'])]).toEqual([['output', 'answer'], ['latencySeconds', 'time, in s'], ['costUsd', 'a=b']]);
  });
  it('refuses what it does not know', () => {
    for (const text of ['answer', 'answr=x', 'output=', '=x', '']) expect(() => parseFieldMap([text])).toThrowError(/--map does not understand/);
  });
  it('finds columns by name, and columns that are called like a field by themselves', () => {
    expect([...fieldColumns(parseFieldMap(['output=answer']), ['id', 'answer', 'finishReason'], 'f.csv')]).toEqual([['output', 1], ['finishReason', 2]]);
  });
  it('names the columns that there are when one is missing', () => {
    expect(() => fieldColumns(parseFieldMap(['output=answr']), ['id', 'answer'], 'f.csv')).toThrowError(expect.objectContaining({ code: 'USAGE', fix: expect.stringContaining('"answer"') }));
  });
  it('refuses a file whose columns say nothing of an answer: all would look healthy', () => {
    for (const header of [['id', 'answer'], ['model', 'input', 'answer']]) {
      expect(() => fieldColumns(new Map(), header, 'f.csv')).toThrowError(expect.objectContaining({ code: 'USAGE', fix: expect.stringContaining('"answer"') }));
    }
  });
});
