import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own, of a few megabytes, that can be filled. */
export interface SmallDisk {
  readonly path: string;
  /** Writes until there is no room. */
  fill(): void;
  /** Takes away what `fill` wrote. */
  empty(): void;
  unmount(): void;
}

const MIB = 1024 * 1024;

/** Undefined where this user may not mount anything; with `CI=true` that is a failure. */
export function mountSmallDisk(path: string, megabytes: number): SmallDisk | undefined {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    return undefined;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => writeUntilFull(filler),
    empty: () => rmSync(filler, { force: true }),
    // Lazily: what still has a file open there is about to end.
    unmount: () => { execFileSync('umount', ['-l', path], { stdio: 'ignore' }); },
  };
}

function writeUntilFull(file: string): void {
  const descriptor = openSync(file, 'a');
  try {
    for (let bytes = MIB; bytes >= 512;) {
      try {
        writeSync(descriptor, Buffer.alloc(bytes, 1));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        bytes /= 2;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}
