/** What stands within a code fence that holds the whole text; undefined when there is none. */
export function insideFence(text: string): string | undefined {
  const trimmed = text.trim();
  const mark = trimmed.slice(0, 3);
  if ((mark !== '```' && mark !== '~~~') || trimmed.length < 7 || !trimmed.endsWith(mark)) return undefined;
  const line = trimmed.indexOf('\n');
  // The language stands on the first line, or in one-line blocks before the brackets.
  const from = line === -1 ? trimmed.search(/[{[]/) : line + 1;
  return from === -1 ? undefined : trimmed.slice(from, -3);
}
