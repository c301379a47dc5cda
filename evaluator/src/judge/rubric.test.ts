import { policySchema } from '@understudy/contracts/policy';
import { BUILT_IN_RUBRICS } from '@understudy/contracts/policy-judge';
import { describe, expect, it } from 'vitest';
import { builtInRubric, rubricOf } from './rubric.ts';

const policy = policySchema.parse({
  version: 1,
  routes: { plain: {}, help: { judge: { rubric: 'support' } }, own: { judge: { rubric: 'recipes' } } },
  rubrics: { recipes: { task: 'A model wrote a recipe.', checks: { lists_amounts: { question: 'Does each ingredient have an amount?' }, has_steps: { question: 'Are there steps?', weight: 3 } } } },
});

describe('the rubric of a route', () => {
  it('is the general one unless the policy says otherwise', () => {
    expect(rubricOf(policy, 'plain').name).toBe('answer');
    expect(rubricOf(policy, 'not in the file').name).toBe('answer');
    expect(rubricOf(policy, 'help').name).toBe('support');
  });

  it('may be one of the policy, with its weights', () => {
    expect(rubricOf(policy, 'own')).toMatchObject({ name: 'recipes', task: 'A model wrote a recipe.', checks: [{ name: 'lists_amounts', weight: 1 }, { name: 'has_steps', weight: 3 }] });
  });

  it('has a version that follows from its content alone', () => {
    const changed = structuredClone(policy);
    if (changed.rubrics.recipes !== undefined) changed.rubrics.recipes.task += ' ';
    expect(rubricOf(changed, 'own').version).not.toBe(rubricOf(policy, 'own').version);
    expect(rubricOf(structuredClone(policy), 'own').version).toBe(rubricOf(policy, 'own').version);
  });

  it.each(BUILT_IN_RUBRICS)('%s has five to seven questions, each with what is a yes and what is a no', (name) => {
    const { checks } = builtInRubric(name);
    expect(checks.length).toBeGreaterThanOrEqual(5);
    expect(checks.length).toBeLessThanOrEqual(7);
    expect(new Set(checks.map((check) => check.name)).size).toBe(checks.length);
    for (const check of checks) {
      expect(check.name).toMatch(/^[a-z][a-z0-9_]{0,39}$/);
      expect(check.yes).toBeTruthy();
      expect(check.no).toBeTruthy();
    }
  });
});
