import { expect, it } from 'vitest';
import { hangingIndent } from './hanging-indent.ts';

it('leaves a line that fits as it is, with its own spaces', () => {
  expect(hangingIndent(' 0:02  cause     it is over', 40, 17)).toBe(' 0:02  cause     it is over');
});

it('breaks between words and indents what follows', () => {
  expect(hangingIndent(' 0:02  cause  one two three four', 20, 4)).toBe(' 0:02  cause  one\n    two three four');
});

it('does not count colours', () => {
  expect(hangingIndent('\u001b[31mred\u001b[39m one two', 11, 2)).toBe('\u001b[31mred\u001b[39m one two');
});

it('keeps an address whole, even where it is too long', () => {
  expect(hangingIndent('see http://127.0.0.1:4319/v1/incidents now', 10, 2)).toBe('see\n  http://127.0.0.1:4319/v1/incidents\n  now');
});
