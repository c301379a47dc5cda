// Preloaded into a server: its clock runs UNDERSTUDY_TEST_CLOCK_AHEAD_MS ahead, so that minutes end without waiting for them.
const aheadMs = Number(process.env.UNDERSTUDY_TEST_CLOCK_AHEAD_MS ?? 0);
const wallMs = Date.now;
Date.now = () => wallMs() + aheadMs;
