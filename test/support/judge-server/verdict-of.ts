/** What the server reads of a request: its checks and its nonce, as any judge model would see them. */
export interface SeenRequest {
  readonly system: string;
  readonly user: string;
  readonly nonce: string;
  readonly checks: readonly string[];
  readonly answer: string;
}

export function seenRequest(system: string, user: string): SeenRequest {
  return {
    system, user, nonce: /^nonce: (\S+)/.exec(user)?.[1] ?? '', checks: [...system.matchAll(/^- ([a-z][a-z0-9_]*): /gm)].map((match) => match[1] ?? ''),
    answer: /<judged_answer nonce="[^"]*">\n([\s\S]*?)\n<\/judged_answer nonce=/.exec(user)?.[1] ?? '',
  };
}

/** A judge that sees nothing but the request: an answer that says BAD fails its first check, one that says AWFUL fails all. */
export function verdictJson({ nonce, checks, answer }: SeenRequest): string {
  const verdict = (check: string): string => (answer.includes('AWFUL') || (answer.includes('BAD') && check === checks[0]) ? 'no' : 'yes');
  return JSON.stringify({ nonce, reasoning: `It says: ${answer.slice(0, 40)}`, checks: Object.fromEntries(checks.map((check) => [check, verdict(check)])) });
}
