import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';

/** OpenTelemetry's context on Node's own storage: all that an application without an OpenTelemetry SDK needs for its model calls to have a parent. */
class StorageContextManager implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.storage.getStore() ?? ROOT_CONTEXT;
  }

  with<Args extends unknown[], Run extends (...args: Args) => ReturnType<Run>>(active: Context, run: Run, thisArg?: ThisParameterType<Run>, ...args: Args): ReturnType<Run> {
    return this.storage.run(active, () => run.call(thisArg as never, ...args));
  }

  bind<Target>(active: Context, target: Target): Target {
    return typeof target === 'function' ? ((...args: unknown[]) => this.storage.run(active, () => target(...args))) as Target : target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}

export function enableOwnTraces(): void {
  context.setGlobalContextManager(new StorageContextManager());
}

export interface OwnTrace {
  readonly traceId: string;
  /** For the provider, as https://www.w3.org/TR/trace-context/ has it. */
  readonly traceparent: string;
}

/** Runs one request of the application as a trace of its own. */
export function inOwnTrace<Answer>(run: (own: OwnTrace) => Promise<Answer>): Promise<Answer> {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  const parent = trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: TraceFlags.SAMPLED });
  return context.with(parent, () => run({ traceId, traceparent: `00-${traceId}-${spanId}-01` }));
}
