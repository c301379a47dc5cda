/** Events of `demo --json`, in the order in which `--once` prints them. */
export const DEMO_EVENTS = [
  'ready', 'route.healthy', 'cause.started', 'incident.opened', 'override.published', 'fallback.served', 'cause.ended', 'probing.started',
  'override.cleared', 'primary.served', 'incident.resolved', 'finished',
] as const;
export type DemoEventName = (typeof DEMO_EVENTS)[number];
export const DEMO_CAUSES = ['none', 'refusal', 'truncated', 'loop', 'slow', 'server-error', 'cost', 'wrong'] as const;
export type DemoCause = (typeof DEMO_CAUSES)[number];
