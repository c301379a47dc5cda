import { Hono } from 'hono';
import { type AccessRules, originGuard } from './origin-guard.ts';
import { problem } from './problem-response.ts';

export interface HealthParts {
  readonly access: AccessRules;
  /** What does not run, for people; empty when all is well. */
  readonly trouble: () => readonly string[];
  /** What is amiss but keeps nobody from being served: overrides are published and read while the analytics store is away. */
  readonly impaired: () => Promise<readonly string[]>;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** What every process of the evaluator answers, whatever its roles are. */
export function healthApp(parts: HealthParts): Hono {
  const app = new Hono();
  app.use(originGuard(parts.access));
  healthRoutes(app, parts);
  app.notFound((context) => problem(context, 404, `there is nothing at ${context.req.path}`, 'This process serves /healthz, /readyz and /metrics; the API is where the role api runs.'));
  return app;
}

export function healthRoutes(app: Hono, { trouble, impaired, metrics }: Pick<HealthParts, 'trouble' | 'impaired' | 'metrics'>): void {
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/readyz', async (context) => {
    const found = trouble();
    return found.length === 0 ? context.json({ ok: true, impaired: await impaired() }) : problem(context, 503, `not running: ${found.join('; ')}`, 'Look at the messages on standard error; the roles try again by themselves.');
  });
  app.get('/metrics', async (context) => {
    const { contentType, text } = await metrics();
    return context.body(text, 200, { 'content-type': contentType });
  });
}
