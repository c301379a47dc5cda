import { fileURLToPath } from 'node:url';

/** The command line's program. */
export const UNDERSTUDY_MAIN = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
/** Loaded before a program, it ends that with the process that started it, however that ends. */
export const LEAVE_WITH_PARENT = new URL('../../cli/src/demo/leave-with-parent.ts', import.meta.url).href;

/** Without what would send a program to servers of the person's own. */
export function withoutServers(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(KAFKA|CLICKHOUSE|UNDERSTUDY|npm)_/.test(name)));
}
