/**
 * Preloaded (`node --import`) into the programs that the demo starts: each has an IPC channel to the demo, which closes when the demo
 * ends in whatever way, kill -9 too. Then the program is asked to end as by SIGTERM, and ended when it does not.
 */
const GRACE_MS = 5_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
// The channel alone keeps no program alive.
process.channel?.unref();
