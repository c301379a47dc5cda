import type { Policy } from '@understudy/contracts/policy';
import type { EventLog } from '@understudy/log/event-log';
import { AlertDesk } from '../alerts/alert-desk.ts';
import type { SigningKey } from '../overrides/signing-key.ts';
import { controllerStep } from './controller.ts';
import type { DecideStates } from './follow-decide-states.ts';
import type { PartitionsOptions } from './serve-partitions.ts';
import type { Term, Upkeep } from './upkeep.ts';

const LEADER_TURN_MS = 250;

export interface ControllerRoleOptions {
  readonly log: EventLog;
  readonly key: SigningKey;
  readonly instanceId: string;
  readonly upkeep: Upkeep;
  readonly decided: DecideStates;
  readonly policy: () => { readonly policy: Policy; readonly hash: string };
  readonly secretOf: (reference: string) => string;
  /** Where people reach the API, for the addresses in alerts. */
  readonly apiUrl: string | undefined;
  /** Epochs of the offices that this process holds. */
  readonly epochs: Set<number>;
  readonly now: () => number;
  readonly say: (text: string) => void;
}

/** The controller works for as long as it holds the one partition of `llm.proposals`; who is told of incidents is part of the office. */
export function controllerRole(options: ControllerRoleOptions): ReturnType<PartitionsOptions['role']> {
  const { log, key, now, instanceId, policy, decided, secretOf, apiUrl, say, epochs } = options;
  let term: Term | undefined;
  let epoch: number | undefined;
  return {
    everyMs: LEADER_TURN_MS,
    async prepare(stored) {
      const office = await options.upkeep.lead();
      term = office;
      const alerts = new AlertDesk({ decided, say, secretOf, policy: () => policy().policy, ...(apiUrl === undefined ? {} : { apiUrl }) });
      const claimed = await controllerStep(log, stored, {
        instanceId, key, now, alerts,
        takeInputs: () => ({ policy: policy().policy, policyHash: policy().hash, findings: office.takeFindings(), active: office.activeRoutes() }),
      });
      epoch = claimed.epoch;
      epochs.add(claimed.epoch);
      return claimed.step;
    },
    onLost() {
      term?.end();
      if (epoch !== undefined) epochs.delete(epoch);
    },
  };
}
