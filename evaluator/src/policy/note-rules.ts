import { ruleText } from './decision-text.ts';
import type { BrokenRule, TargetState } from './route-state.ts';
import type { Situation } from './situation.ts';

const MOST_NOTES = 50;

/**
 * While an incident is open, rules that a serving target breaks belong to it: the money that the fallback costs, the primary's latency while a person decides. People are
 * told of each once. What the incident is about already is no news.
 */
export function noteRules(situation: Situation): void {
  const { route, primary } = situation;
  if (route.incident === undefined) return;
  for (const target of servingTargets(situation)) {
    for (const [rule, broken] of Object.entries(target.broken)) {
      if (target !== primary || !route.incident.signals.includes(broken.signal)) noteRule(situation, target, rule, broken);
    }
  }
}

function noteRule({ route, output, nowMs }: Situation, target: TargetState, rule: string, { observed }: BrokenRule): void {
  const incident = route.incident;
  const note = `${target.id}: ${rule}`;
  if (incident === undefined || incident.notes?.includes(note) === true || (incident.notes?.length ?? 0) >= MOST_NOTES) return;
  incident.notes = [...(incident.notes ?? []), note];
  incident.changedAtMs = nowMs;
  output.decide(route, route.phase.name, 'threshold-broken', ruleText(target.id, rule, observed), nowMs, { target: target.id });
}

function servingTargets({ route, primary }: Situation): readonly TargetState[] {
  const phase = route.phase;
  const fallback = phase.name === 'overridden' || phase.name === 'probing' || phase.name === 'recovering' ? route.targets[phase.fallback] : undefined;
  return fallback === undefined ? [primary] : [primary, fallback];
}
