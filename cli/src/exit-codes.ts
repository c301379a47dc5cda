import { UnderstudyError } from '@understudy/contracts/problem';
import { printableLines } from './table.ts';

/** Exit codes of every command (documented in the README). */
export const EXIT = { ok: 0, failed: 1, usage: 2, configuration: 3, unreachable: 4, refused: 5, degradationFound: 10, interrupted: 130 } as const;

const EXIT_OF_CODE: ReadonlyMap<string, number> = new Map<string, number>([
  ['USAGE', EXIT.usage],
  ['POLICY_INVALID', EXIT.configuration], ['CONFIGURATION', EXIT.configuration], ['SECRET_MISSING', EXIT.configuration], ['HEURISTIC', EXIT.configuration], ['SIGNING_KEY_UNREADABLE', EXIT.configuration], ['LOG_NOT_WRITABLE', EXIT.configuration], ['LOG_NOT_FOUND', EXIT.configuration],
  ['UNREACHABLE', EXIT.unreachable], ['LOG_UNAVAILABLE', EXIT.unreachable], ['PORT_IN_USE', EXIT.unreachable], ['DATA_DIRECTORY_IN_USE', EXIT.unreachable],
  ['REFUSED', EXIT.refused],
]);

export function exitCodeOf(error: unknown): number {
  return (error instanceof UnderstudyError ? EXIT_OF_CODE.get(error.code) : undefined) ?? EXIT.failed;
}

/** What a person reads: what happened, then what to do. A defect of ours shows its stack. */
export function messageOf(error: unknown): string {
  if (error instanceof UnderstudyError) return printableLines(`understudy: ${error.message}\n  → ${error.fix}`);
  return printableLines(`understudy: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
