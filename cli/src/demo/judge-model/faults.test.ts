import { describe, expect, it } from 'vitest';
import { systemPrompt } from '../support-questions.ts';
import { faultsOf } from './faults.ts';

const QUESTION = 'How do I return the blue jacket?';
const kinds = (output: string, input = QUESTION) => faultsOf({ system: systemPrompt(QUESTION), input, output }).map(({ kind }) => kind);

describe('what is wrong with an answer', () => {
  it.each([
    ['a term that is another one', 'You have sixty days from delivery to send an item back.'],
    ['a term in figures that is another one', 'You have 60 days from delivery to send an item back.'],
    ['a rule that is turned round', 'The original box is required for a return.'],
    ['a rule that is denied', 'Exchanges for another size are not free.'],
    ['two numbers that changed places', 'Refunds need between five and two working days until the banks show them.'],
    ['a number from nowhere', 'Please call us on 555-0199 about it.'],
    ['names from nowhere', 'Our colleagues Otto Krantz and Lena Voss look after it.'],
  ])('is false: %s', (_, output) => {
    expect(kinds(output)).toEqual(['false']);
  });

  it.each([
    'You have thirty days from delivery to send an item back.',
    'You do not need the original box, though it is welcome.',
    'An exchange for another size is free of charge.',
    'Your bank shows the refund after two to five working days.',
  ])('is nothing where it is true in other words: %s', (output) => {
    expect(kinds(output)).toEqual([]);
  });

  it('is measured by the system prompt, whatever was said in the conversation', () => {
    const said = 'user: How long do I have?\nassistant: You have four days from delivery to send an item back.\nuser: Really?';
    expect(kinds('You have four days from delivery to send an item back.', said)).toEqual(['false']);
    expect(kinds('You have thirty days from delivery to send an item back.', said)).toEqual([]);
  });

  it('is looked for value by value in data', () => {
    const call = { system: 'Give seller and total as JSON.', input: 'Seller: Harbour Timber. Total 1,335.00 EUR.' };
    expect(faultsOf({ ...call, output: '{"seller":"Harbour Timber","total":1335}' })).toEqual([]);
    expect(faultsOf({ ...call, output: '{"seller":"Harbour Timber","total":1353}' })).toEqual([{ kind: 'false', words: '1353' }]);
  });
});
