import { describe, expect, it } from 'vitest';
import { compileProblem, meetsSchema } from './json-schema.ts';

describe('schemas', () => {
  it('are read by the drafts that are in use', () => {
    expect(meetsSchema({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'array', prefixItems: [{ type: 'string' }], items: false }, ['a'], 5)).toBe(true);
    expect(meetsSchema({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'array', items: [{ type: 'string' }] }, [1], 3)).toBe(false);
    expect(meetsSchema({ type: 'array', items: [{ type: 'string' }] }, ['a'], 5)).toBe(true);
    expect(meetsSchema({ $defs: { a: { type: 'number' } }, properties: { x: { $ref: '#/$defs/a' } } }, { x: 'no' }, 10)).toBe(false);
    expect(meetsSchema({ type: 'string', format: 'email', example: 'x' }, 'no address', 12)).toBe(true);
  });
  it('may have the same $id, and come again as another object', () => {
    expect(meetsSchema({ $id: 'a', type: 'string' }, 'x', 3)).toBe(true);
    expect(meetsSchema({ $id: 'a', type: 'number' }, 'x', 3)).toBe(false);
    expect(meetsSchema({ $id: 'a', type: 'string' }, 'x', 3)).toBe(true);
  });
  it('that do not compile say why, and say nothing of answers', () => {
    for (const [broken, reason] of [[{ type: 'strin' }, /type/], [{ $ref: 'https://example.com/x.json' }, /resolve/], [{ properties: { a: { pattern: '(' } } }, /group|pattern|regular/i], [{ const: 'x'.repeat(70_000) }, /longer/], [deep(60), /deep/]] as const) {
      expect(compileProblem(broken)).toMatch(reason);
      expect(meetsSchema(broken, {}, 2)).toBeUndefined();
    }
    expect(compileProblem({ type: 'object' })).toBeUndefined();
  });
  it('cannot hold up what runs them: patterns that explode are passed over, deep data are refused, large lists are not compared', () => {
    const text = `${'a'.repeat(100)}!`;
    expect(meetsSchema({ type: 'string', pattern: '^(a+)+$' }, text, 110)).toBe(true);
    expect(meetsSchema({ type: 'string', pattern: '^[a-z]+$' }, text, 110)).toBe(false);
    const nested = { $id: 'tree', type: 'array', items: { $ref: '#' } };
    const data: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(meetsSchema(nested, data, 100_000)).toBe(false);
    expect(meetsSchema({ type: 'array', uniqueItems: true }, Array.from({ length: 20_000 }, () => ({})), 60_000)).toBeUndefined();
  });
});

function deep(levels: number): Record<string, unknown> {
  return levels === 0 ? {} : { properties: { a: deep(levels - 1) } };
}
