import type { CommandEvidence } from '@understudy/contracts/evidence';
import { routeKey } from '@understudy/contracts/topics';
import type { FoldOutput } from './fold-output.ts';
import type { DecideState, RouteState } from './route-state.ts';

/** An operator's command. Freezing concerns every route, so it is passed on to the leader, which tells every partition. */
export function applyCommand(state: DecideState, evidence: CommandEvidence, output: FoldOutput): RouteState | undefined {
  const command = evidence.command;
  if (command.name === 'freeze' || command.name === 'unfreeze') {
    output.proposals.push({
      kind: 'freeze', v: 1, project: evidence.project, proposalId: output.nextId('pro'), atMs: evidence.atMs, reason: `${evidence.actor}: ${evidence.reason}`,
      ...(command.name === 'freeze' ? { untilMs: command.untilMs } : {}),
    });
    return undefined;
  }
  const route = evidence.route === undefined ? undefined : state.routes[routeKey(evidence.project, evidence.route)];
  if (route === undefined) return undefined;
  const who = `${evidence.actor}: ${evidence.reason}`;
  const phase = route.phase;
  const reject = (text: string): RouteState => {
    output.decide(route, phase.name, 'command-rejected', text, evidence.atMs);
    return route;
  };
  switch (command.name) {
    case 'pin':
      if (!route.appOrder.includes(command.target)) return reject(`the application has not declared the target ${command.target}`);
      route.pin = { target: command.target, untilMs: command.untilMs, actor: evidence.actor, reason: evidence.reason };
      output.decide(route, phase.name, 'pinned', `pinned to ${command.target} by ${who}`, evidence.atMs, { target: command.target });
      return route;
    case 'release':
      if (route.pin === undefined) return reject('nothing is pinned');
      route.pin = undefined;
      output.decide(route, phase.name, 'pin-released', `released by ${who}`, evidence.atMs);
      return route;
    case 'apply':
      if (phase.name !== 'degraded' || route.incident?.incidentId !== command.incidentId) return reject('the incident has no open proposal');
      phase.approved = true;
      output.decide(route, phase.name, 'applied', `applied by ${who}`, evidence.atMs);
      return route;
  }
}
