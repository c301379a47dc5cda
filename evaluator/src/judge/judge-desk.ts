import type { Policy } from '@understudy/contracts/policy';
import type { JudgePolicy } from '@understudy/contracts/policy-judge';
import { partitionOf, TOPICS } from '@understudy/contracts/topics';
import type { EventLog, StepInput, StepResult, StoredState } from '@understudy/log/event-log';
import { endRun, isRunOver } from './anchors-run.ts';
import { JudgeAsks, type PreparedAsk } from './background-asks.ts';
import { isSpent } from './budget.ts';
import { ConfiguredJudge } from './configured-judge.ts';
import { lookAtNew, skipHopeless } from './intake.ts';
import type { Judge } from './judge.ts';
import type { JudgeState } from './judge-state.ts';
import { decodeJudgeState, JudgeStateWriter } from './judge-state-entries.ts';
import { startDay, takeBackReservations, useModel } from './judge-state-upkeep.ts';
import type { JudgeTurn, PolicyJudge } from './judge-turn.ts';
import { RequestReader } from './request-reader.ts';
import { anchorsUnderWay, reserve } from './reserving.ts';
import { settle } from './settle.ts';
import { tellHealth } from './tell-health.ts';
import { JudgeTurnOutput } from './turn-output.ts';

export interface JudgeDeskOptions {
  readonly policy: () => Policy;
  /** Makes the judge of a policy; throws when the configuration does not allow it (a secret that is not there). */
  readonly judge: (policy: JudgePolicy) => Judge;
  /** Whether a decision is about to rest on the judge, or since when: the anchors are judged once more before it. */
  readonly anchorsWanted: () => boolean | number;
  /** Uniform, 0 to 1. */
  readonly random: () => number;
}

/**
 * The judge's work on one partition, turn by turn: books what came back, takes drawn calls in, and reserves budget for them; only when that is committed, in
 * the next turn, the judge is asked, in the background. A kill costs what was reserved, at most.
 */
export class JudgeDesk {
  readonly #log: Pick<EventLog, 'read' | 'partitionCount'>;
  readonly #options: JudgeDeskOptions;
  readonly #state: JudgeState;
  readonly #writer: JudgeStateWriter;
  readonly #reader: RequestReader;
  readonly #asks = new JudgeAsks();
  readonly #configured: ConfiguredJudge;
  #prepared: readonly PreparedAsk[] = [];

  constructor(log: Pick<EventLog, 'read' | 'partitionCount'>, stored: StoredState, options: JudgeDeskOptions) {
    this.#log = log;
    this.#options = options;
    this.#writer = new JudgeStateWriter(stored);
    this.#state = decodeJudgeState(stored);
    this.#reader = new RequestReader(log, this.#state.cursor.offset, stored.nextOffset);
    this.#configured = new ConfiguredJudge(options.judge);
    takeBackReservations(this.#state);
  }

  async turn({ records, partition, nowMs }: StepInput): Promise<StepResult> {
    const state = this.#state;
    this.#reader.offer(records);
    const turn = this.#begin(partition, nowMs);
    startDay(state, nowMs);
    if (turn.judge !== undefined) useModel(state, turn.judge.judge.model);
    for (const finished of this.#asks.takeFinished()) settle(state, finished, turn.out);
    this.#asks.allow(this.#prepared, turn.policy.judge?.concurrency ?? 1);
    await lookAtNew(turn);
    await skipHopeless(turn);
    if (turn.judge !== undefined) await reserve(turn, turn.judge);
    if (isRunOver(state.anchors, anchorsUnderWay(turn), nowMs)) state.anchors = endRun(state.anchors, nowMs);
    if (turn.isHome) tellHealth(state, { nowMs, project: turn.policy.project, isOn: turn.judge !== undefined, isSpent: turn.judge !== undefined && isSpent(turn.judge.policy, state.day), trouble: this.#configured.trouble() }, turn.out);
    this.#prepared = turn.prepared;
    const changes = this.#writer.changes(state);
    return { outputs: turn.out.records(), ...(changes.size === 0 ? {} : { state: changes }) };
  }

  /** Another owner asks from now on. */
  end(): void {
    this.#asks.end();
  }

  #begin(partition: number, nowMs: number): JudgeTurn {
    const policy = this.#options.policy();
    const isHome = partition === partitionOf(policy.project, this.#log.partitionCount(TOPICS.judgeRequests.name));
    const { anchorsWanted, random } = this.#options;
    return {
      partition, nowMs, policy, isHome, random, reader: this.#reader, state: this.#state, prepared: [],
      judge: this.#judgeOf(policy, nowMs), anchorsWanted: isHome && anchorsWanted(), out: new JudgeTurnOutput(nowMs, this.#log.partitionCount(TOPICS.evidence.name)),
    };
  }

  #judgeOf({ judge: policy }: Policy, nowMs: number): PolicyJudge | undefined {
    const judge = this.#configured.of(policy, nowMs);
    return judge === undefined || policy === undefined ? undefined : { judge, policy };
  }
}
