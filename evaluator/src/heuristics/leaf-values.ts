/** Fields of one answer that are looked at, and how deep. */
const MAX_FIELDS = 20;
const MAX_DEPTH = 5;
const MAX_STRING = 40;
const MAX_PATH = 200;
/** Larger numbers are amounts and ids, which have no habit of their own. */
const MAX_NUMBER = 1_000;

/** Short values of an object by their path: labels, yes and no, small numbers; not free text. At most 20, in the order of the text; null counts as a value. */
export function leafValues(value: object): Map<string, string> {
  const leaves = new Map<string, string>();
  collect(value, '', 0, leaves);
  return leaves;
}

function collect(value: unknown, path: string, depth: number, leaves: Map<string, string>): void {
  if (leaves.size >= MAX_FIELDS || path.length > MAX_PATH) return;
  if (typeof value !== 'object' || value === null) {
    if (isShort(value)) leaves.set(path, typeof value === 'string' ? `"${value.trim().toLowerCase()}` : String(value));
    return;
  }
  if (depth >= MAX_DEPTH) return;
  // Names are data: they go into a path, never into an object. JSON keeps "a.b" apart from b in a.
  for (const [name, inner] of Object.entries(value).slice(0, MAX_FIELDS)) collect(inner, `${path}/${JSON.stringify(name)}`, depth + 1, leaves);
}

function isShort(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MAX_STRING;
  return typeof value === 'boolean' || value === null || (typeof value === 'number' && Math.abs(value) <= MAX_NUMBER);
}
