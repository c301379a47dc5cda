import { setTimeout as sleep } from 'node:timers/promises';
import type { LanguageModel } from 'ai';
import { askModel, type ModelAnswer, type Question } from './ask-model.ts';
import { type CallFailure, callFailure } from './call-failure.ts';
import { addCosts } from './judge-price.ts';
import type { Capabilities } from './provider-model.ts';

export type Reply = { readonly kind: 'answer'; readonly answer: ModelAnswer; /** Of failed tries before. */ readonly lostUsd: number | undefined } | { readonly kind: 'failed'; readonly failure: CallFailure; readonly lostUsd: number | undefined };

export interface PatientModel {
  /** One answer: with one retry after a failure that may pass, where `leftMs` has room for its wait, and again without a setting that the model turned out not to take. */
  ask(question: Question, leftMs: () => number, signal: AbortSignal): Promise<Reply>;
}

/** `modelFor` makes the model anew when a capability is found missing; that is remembered for all later questions. */
export function patientModel(modelFor: (capabilities: Capabilities) => LanguageModel, nowMs: () => number): PatientModel {
  let capabilities: Capabilities = { structured: true, temperature: true };
  let model = modelFor(capabilities);
  const withoutSetting = (setting: keyof Capabilities): void => {
    capabilities = { ...capabilities, [setting]: false };
    model = modelFor(capabilities);
  };
  const once = async (question: Question, signal: AbortSignal): Promise<ModelAnswer | CallFailure> => {
    try {
      return await askModel(model, question, capabilities, signal);
    } catch (error) {
      return callFailure(error, signal.aborted, nowMs());
    }
  };
  return {
    async ask(question, leftMs, signal) {
      let lostUsd: number | undefined = 0;
      let hasRetried = false;
      for (;;) {
        const asked = capabilities;
        const result = await once(question, signal);
        if ('text' in result) return { kind: 'answer', answer: result, lostUsd };
        lostUsd = addCosts(lostUsd, result.costUsd);
        const setting = result.refusedSetting;
        if (setting !== undefined && asked[setting]) {
          withoutSetting(setting);
          continue;
        }
        if (hasRetried || result.retryAfterMs === undefined || result.retryAfterMs >= leftMs()) return { kind: 'failed', failure: result, lostUsd };
        hasRetried = true;
        // An abort during the wait shows at the next request.
        await sleep(result.retryAfterMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
