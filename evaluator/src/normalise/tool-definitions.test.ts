import { expect, it } from 'vitest';
import { readToolDefinitions } from './tool-definitions.ts';

const parameters = { type: 'object', properties: { q: { type: 'string' } } };

it.each([
  ['the conventions', { type: 'function', name: 'find', parameters }], ['OpenAI', { type: 'function', function: { name: 'find', parameters } }], ['Anthropic', { name: 'find', input_schema: parameters }], ['MCP', { name: 'find', inputSchema: parameters }],
])('the tools of a call are read in the words of %s', (_, definition) => {
  expect(readToolDefinitions(JSON.stringify([definition]))?.tools).toEqual([{ name: 'find', parameters }]);
});
it('are the same object for the same text, so that a schema is compiled once', () => {
  const text = JSON.stringify([{ name: 'find', parameters }]);
  expect(readToolDefinitions(`${text}`)).toBe(readToolDefinitions(text));
  expect(readToolDefinitions(text)?.characters).toBe(text.length);
});
it('are read from structured attributes too', () => {
  expect(readToolDefinitions([new Map(Object.entries({ name: 'now' }))])?.tools).toEqual([{ name: 'now', parameters: undefined }]);
});
it('are not known as a whole when one of them cannot be read', () => {
  for (const text of ['[{"name":"a"},{"x":1}]', '{"name":"a"}', 'no json', JSON.stringify([{ name: 'a', description: 'x'.repeat(300_000) }]), JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ name: `t${i}` })))]) expect(readToolDefinitions(text)).toBeUndefined();
  expect(readToolDefinitions(undefined)).toBeUndefined();
});
