/** Events of `demo --json`, in the order in which `--once` prints them. */
export const DEMO_EVENTS = [
  'ready', 'route.healthy', 'cause.started', 'incident.opened', 'override.published', 'fallback.served', 'cause.ended', 'probing.started',
  'override.cleared', 'primary.served', 'incident.resolved', 'finished',
] as const;
/** The same for a cause that ends in an alert for people: nothing is switched. */
export const ALERT_EVENTS = ['ready', 'route.healthy', 'cause.started', 'incident.opened', 'alert.sent', 'finished'] as const;
export type DemoEventName = (typeof DEMO_EVENTS)[number] | (typeof ALERT_EVENTS)[number];
export const DEMO_CAUSES = ['none', 'refusal', 'truncated', 'loop', 'slow', 'server-error', 'cost', 'wrong'] as const;
export type DemoCause = (typeof DEMO_CAUSES)[number];

/** Whether people are told of it and nothing else happens: of dearer calls, and of what only the judge sees. */
export function endsInAlert(cause: DemoCause): boolean {
  return cause === 'cost' || cause === 'wrong';
}
