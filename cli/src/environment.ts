/** The server's settings from the environment; the only place that reads it. */
export interface ServerEnvironment {
  readonly dataDirectory: string | undefined;
  readonly policyFile: string | undefined;
  readonly adminToken: string | undefined;
  /** Wanted of senders of telemetry off loopback; the admin token when it is not set. */
  readonly ingestToken: string | undefined;
  readonly signingKeyFile: string | undefined;
}

export function serverEnvironment(): ServerEnvironment {
  const env = process.env;
  return {
    dataDirectory: textOf(env.UNDERSTUDY_DATA), policyFile: textOf(env.UNDERSTUDY_POLICY), adminToken: textOf(env.UNDERSTUDY_ADMIN_TOKEN),
    ingestToken: textOf(env.UNDERSTUDY_INGEST_TOKEN), signingKeyFile: textOf(env.UNDERSTUDY_SIGNING_KEY_FILE),
  };
}

function textOf(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

/** npm ends its own shell on SIGTERM and leaves what that started behind: such a process has to notice by itself. */
export function isStartedByNpm(): boolean {
  return process.env.npm_command !== undefined;
}
