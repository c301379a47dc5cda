import { TOPICS } from '@understudy/contracts/topics';
import type { EventLog } from '@understudy/log/event-log';
import { type AlertLedger, ALERTS_ENTRY, alertLedgerFromJson, initialAlertLedger } from '../alerts/alert-state.ts';
import { CONTROLLER_GROUP } from './groups.ts';

/** The leader's committed ledger of alerts, as any process can read it. Who reads must not change it. */
export class FollowedAlertLedger {
  readonly #log: Pick<EventLog, 'readStateChanges'>;
  #version: number | undefined;
  #ledger: AlertLedger = initialAlertLedger();

  constructor(log: Pick<EventLog, 'readStateChanges'>) {
    this.#log = log;
  }

  async read(): Promise<AlertLedger> {
    const changes = await this.#log.readStateChanges(CONTROLLER_GROUP, TOPICS.proposals.name, 0, this.#version);
    // Another reading may have come back first, with as much or more.
    if (changes === undefined || (this.#version !== undefined && !changes.whole && changes.version <= this.#version)) return this.#ledger;
    const entry = changes.entries.get(ALERTS_ENTRY);
    if (entry !== undefined) this.#ledger = alertLedgerFromJson(Buffer.from(entry).toString('utf8'));
    this.#version = changes.version;
    return this.#ledger;
  }
}
