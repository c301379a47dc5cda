import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Policy } from '@understudy/contracts/policy';
import type { EventLog } from '@understudy/log/event-log';
import { type JudgeView, judgeView, readJudgeState } from '../judge/judge-state-view.ts';
import type { SigningKey } from '../overrides/signing-key.ts';
import type { DecideStates } from '../roles/follow-decide-states.ts';
import type { AnalyticsStore } from '../store/analytics-store.ts';
import { type AlertApiParts, alertRoutes } from './alert-routes.ts';
import { commandRoutes } from './command-routes.ts';
import type { OverrideFeed } from './follow-overrides.ts';
import { type HealthParts, healthRoutes } from './health-app.ts';
import { judgeRoutes } from './judge-routes.ts';
import { originGuard } from './origin-guard.ts';
import { overrideRoutes } from './override-routes.ts';
import { problem } from './problem-response.ts';
import { queryRoutes } from './query-routes.ts';
import { CommandSender } from './send-command.ts';

export interface ApiParts extends HealthParts {
  readonly log: EventLog;
  readonly store: AnalyticsStore;
  readonly states: DecideStates;
  readonly feed: OverrideFeed;
  readonly key: SigningKey;
  readonly project: () => string;
  readonly alerts: AlertApiParts;
  /** In force. */
  readonly policy: () => Policy;
  readonly now: () => number;
  readonly say: (text: string) => void;
}

/** The HTTP API of the evaluator. */
export function createApi(parts: ApiParts): Hono {
  const app = new Hono();
  app.use(originGuard(parts.access));
  app.use(bodyLimit({ maxSize: 64 * 1024, onError: (context) => problem(context, 413, 'the body is larger than 64 KiB', 'Send a smaller one.') }));
  healthRoutes(app, parts);
  overrideRoutes(app, parts.feed, parts.key, parts.now);
  queryRoutes(app, parts);
  judgeRoutes(app, { ...parts, judge: async () => judgeNow(parts) });
  const sender = new CommandSender(parts);
  commandRoutes(app, sender);
  alertRoutes(app, parts, sender);
  app.notFound((context) => problem(context, 404, `there is nothing at ${context.req.path}`, 'docs/reference/http.md lists the paths.'));
  app.onError((error, context) => {
    parts.say(`${context.req.method} ${context.req.path}: ${error.message}`);
    return problem(context, 503, 'the answer could not be read from the store', 'Try again; if it stays, look at the messages on standard error.');
  });
  return app;
}

async function judgeNow({ log, policy, now }: ApiParts): Promise<JudgeView | undefined> {
  const state = await readJudgeState(log, policy().project);
  return state === undefined ? undefined : judgeView(state, now());
}
