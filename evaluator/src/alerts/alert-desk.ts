import type { Policy } from '@understudy/contracts/policy';
import type { Proposal } from '@understudy/contracts/proposal';
import type { DecideState } from '../policy/route-state.ts';
import type { AlertLedger } from './alert-state.ts';
import { decidedNow } from './decided-now.ts';
import type { DecidedNow } from './leader-incidents.ts';
import { type Delivery, planAlerts } from './plan-alerts.ts';
import { namedReceivers } from './receiver-names.ts';
import type { DeliveryResult } from './record-results.ts';
import { type AlertPorts, sendAlert } from './send-alert.ts';

export interface AlertDeskOptions extends AlertPorts {
  readonly decided: { read(): Promise<readonly DecideState[]> };
  readonly policy: () => Policy;
  /** Where people reach the API; undefined: messages hold no addresses of incidents. */
  readonly apiUrl?: string;
  readonly say: (text: string) => void;
}

const READ_EVERY_MS = 1_000;
/** Connections to all receivers together. */
const MOST_IN_FLIGHT = 16;

/**
 * The leader's alerts, for one time in office: reads what decide has committed, plans, and delivers what was planned once the turn that planned it is committed,
 * which is so as soon as the next turn begins. Results go to the turn after they are known. What a kill loses is delivered again under the same id.
 */
export class AlertDesk {
  readonly #options: AlertDeskOptions;
  #planned: readonly Delivery[] = [];
  readonly #inFlight = new Set<string>();
  #results: DeliveryResult[] = [];
  #decided: { readonly project: string; readonly now: DecidedNow } | undefined;
  #readAtMs: number | undefined;
  #isReading = false;

  constructor(options: AlertDeskOptions) {
    this.#options = options;
  }

  /** One turn; changes `ledger` in place, and says whether it has to be committed. */
  turn(ledger: AlertLedger, nowMs: number, proposals: readonly Proposal[]): boolean {
    const { policy, say } = this.#options;
    const { project, alerts } = policy();
    this.#deliver(project, nowMs);
    this.#read(project, nowMs);
    const plan = planAlerts(ledger, {
      nowMs, project, proposals, receivers: namedReceivers(alerts), results: this.#results.splice(0), random: Math.random,
      decided: this.#decided?.project === project ? this.#decided.now : undefined, isInFlight: (receiver, messageId) => this.#inFlight.has(keyOf(receiver, messageId)),
    });
    for (const text of plan.said) say(text);
    this.#planned = plan.deliveries;
    return plan.isChanged;
  }

  #deliver(project: string, nowMs: number): void {
    for (const { named, message } of this.#planned) {
      const key = keyOf(named.name, message.id);
      if (this.#inFlight.size >= MOST_IN_FLIGHT || this.#inFlight.has(key)) continue;
      this.#inFlight.add(key);
      void sendAlert(named, message, { project, apiUrl: this.#options.apiUrl, nowMs }, this.#options).then((outcome) => {
        this.#inFlight.delete(key);
        this.#results.push({ receiver: named.name, messageId: message.id, outcome });
      });
    }
  }

  /** Beside the turn: it must not wait for the log. */
  #read(project: string, nowMs: number): void {
    if (this.#isReading || (this.#readAtMs !== undefined && Math.abs(nowMs - this.#readAtMs) < READ_EVERY_MS)) return;
    this.#isReading = true;
    this.#readAtMs = nowMs;
    this.#options.decided.read().then((states) => { this.#decided = { project, now: decidedNow(states, project) }; }).catch(() => undefined).finally(() => { this.#isReading = false; });
  }
}

function keyOf(receiver: string, messageId: string): string {
  return `${receiver}/${messageId}`;
}
