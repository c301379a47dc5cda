import type { AlertReceiver } from '@understudy/contracts/policy-alerts';

export type ReceiverKind = 'webhook' | 'slack' | 'pagerduty' | 'alertmanager' | 'email';

export interface NamedReceiver {
  readonly name: string;
  readonly kind: ReceiverKind;
  readonly receiver: AlertReceiver;
}

export function kindOf(receiver: AlertReceiver): ReceiverKind {
  if ('webhook' in receiver) return 'webhook';
  if ('slack' in receiver) return 'slack';
  if ('pagerduty' in receiver) return 'pagerduty';
  return 'alertmanager' in receiver ? 'alertmanager' : 'email';
}

/** Every receiver with the name it is known by: its own, else its kind and its place in the list. No name twice. */
export function namedReceivers(receivers: readonly AlertReceiver[]): NamedReceiver[] {
  const taken = new Set<string>();
  return receivers.map((receiver, index) => {
    const kind = kindOf(receiver);
    const wanted = receiver.name ?? `${kind}-${index + 1}`;
    const name = taken.has(wanted) ? `${wanted}-${index + 1}` : wanted;
    taken.add(name);
    return { name, kind, receiver };
  });
}
