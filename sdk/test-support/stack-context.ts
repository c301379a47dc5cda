import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

/** The application's context manager, as OpenTelemetry's own for Node does it. */
export class StackContext implements ContextManager {
  private readonly storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.storage.getStore() ?? ROOT_CONTEXT;
  }

  with<Arguments extends unknown[], Run extends (...parameters: Arguments) => ReturnType<Run>>(context: Context, run: Run, self?: ThisParameterType<Run>, ...parameters: Arguments): ReturnType<Run> {
    return this.storage.run(context, () => run.call(self, ...parameters));
  }

  bind<Target>(_context: Context, target: Target): Target {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.storage.disable();
    return this;
  }
}
