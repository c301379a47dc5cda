import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { CONTROLLER_GROUP } from '../roles/groups.ts';
import { type AlertLedger, ALERTS_ENTRY, alertLedgerFromJson, initialAlertLedger } from './alert-state.ts';

/** The leader's ledger of alerts as it is committed. */
export async function readLedger(log: Pick<EventLog, 'readState'>): Promise<AlertLedger> {
  const entry = (await log.readState(CONTROLLER_GROUP, TOPICS.proposals.name, 0))?.entries.get(ALERTS_ENTRY);
  return entry === undefined ? initialAlertLedger() : alertLedgerFromJson(Buffer.from(entry).toString('utf8'));
}
