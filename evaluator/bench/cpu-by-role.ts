interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string }; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The part of the program that a frame belongs to; the innermost frame that belongs to one decides. */
const PARTS: readonly (readonly [part: string, url: RegExp])[] = [
  ['collector', /\/collector\/src\//], ['score', /\/evaluator\/src\/roles\/score\.ts/], ['archive', /\/evaluator\/src\/roles\/archive\.ts/], ['decide', /\/evaluator\/src\/roles\/decide\.ts/],
  ['controller', /\/evaluator\/src\/roles\/controller\.ts/], ['upkeep', /\/evaluator\/src\/(?:roles\/upkeep|baselines|windows)/], ['api', /\/evaluator\/src\/api\//],
  ['archive', /\/chdb\/|\/@clickhouse\//], ['log', /\/log\/src\//], ['http', /node:(?:_http|net|internal\/stream)/],
];
const REST = 'garbage collection and the rest';

/** CPU time of the main thread by part of the program, ms, from a `.cpuprofile`. Commits of several roles share a transaction and count for the log. */
export function cpuMsByRole(text: string): Map<string, number> {
  const profile = JSON.parse(text) as Profile;
  const parents = new Map(profile.nodes.flatMap((node) => (node.children ?? []).map((child): [number, number] => [child, node.id])));
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parts = new Map(profile.nodes.map((node) => {
    for (let id: number | undefined = node.id; id !== undefined; id = parents.get(id)) {
      const url = nodes.get(id)?.callFrame.url ?? '';
      const part = PARTS.find(([, pattern]) => pattern.test(url));
      if (part !== undefined) return [node.id, part[0]];
    }
    return [node.id, node.callFrame.functionName === '(idle)' ? 'idle' : REST];
  }));
  const micros = new Map<string, number>();
  profile.samples.forEach((id, index) => {
    const part = parts.get(id) ?? REST;
    if (part !== 'idle') micros.set(part, (micros.get(part) ?? 0) + (profile.timeDeltas[index] ?? 0));
  });
  return new Map([...micros].map(([part, us]): [string, number] => [part, us / 1_000]).sort((one, other) => other[1] - one[1]));
}
