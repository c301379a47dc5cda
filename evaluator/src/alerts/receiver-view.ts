import type { ReceiverLedger } from './alert-state.ts';
import type { NamedReceiver } from './receiver-names.ts';

/** A receiver as people see it, with what could not be delivered. Addresses may be secrets: of one in the policy the host is shown, of a reference the reference. */
export function receiverView({ name, kind, receiver }: NamedReceiver, ledger: ReceiverLedger | undefined) {
  return {
    receiver: name, kind, address: addressText(receiver), actions: receiver.actions,
    delivered: ledger?.deliveredCount ?? 0, pending: ledger?.outbox.length ?? 0, pendingSinceMs: ledger?.outbox[0]?.createdMs, lastSuccessAtMs: ledger?.lastSuccessMs, lastFailure: ledger?.lastFailure,
    failuresInARow: ledger?.failuresInARow ?? 0, deadLetters: ledger?.dead ?? [], deadLetterCount: ledger?.deadCount ?? 0,
  };
}

function addressText(receiver: NamedReceiver['receiver']): string {
  if ('email' in receiver) return `${receiver.email.join(', ')} by ${new URL(receiver.smtp).host}`;
  if ('webhook' in receiver) return hostText(receiver.webhook);
  if ('slack' in receiver) return hostText(receiver.slack);
  return hostText('pagerduty' in receiver ? receiver.url : receiver.alertmanager);
}

function hostText(address: string): string {
  return URL.canParse(address) && /^https?:/.test(address) ? new URL(address).host : address;
}
