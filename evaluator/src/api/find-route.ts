import type { DecideStates, RouteInState } from '../roles/follow-decide-states.ts';

/** A route by its name, of the project that is served: a sender of another project must not stand before it. */
export async function findRoute(states: DecideStates, project: string, name: string): Promise<RouteInState | undefined> {
  return (await states.routes()).find(({ route }) => route.project === project && route.route === name);
}
