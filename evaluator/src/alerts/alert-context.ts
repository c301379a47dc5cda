/** The route that test alerts are about. */
export const TEST_ROUTE = 'understudy.test';

/** What messages to receivers need beside the incidents. */
export interface AlertContext {
  readonly project: string;
  /** Where the API, and with it the incidents, can be reached by people; undefined: it is not known. */
  readonly apiUrl: string | undefined;
  readonly nowMs: number;
}

export function incidentUrl({ apiUrl }: AlertContext, incidentId: string): string | undefined {
  return apiUrl === undefined ? undefined : new URL(`/v1/incidents/${encodeURIComponent(incidentId)}`, apiUrl).href;
}

/** What goes over HTTP; the address may be a secret. */
export interface ReceiverRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Cut to so many characters, never in the middle of one. */
export function cutTo(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}
