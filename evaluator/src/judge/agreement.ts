/** One item that a person and the judge have both looked at. */
export interface Labelled {
  readonly isGood: boolean;
  readonly saidGood: boolean;
}

export interface Agreement {
  readonly items: number;
  /** Person said, judge said. */
  readonly table: { readonly goodGood: number; readonly goodBad: number; readonly badGood: number; readonly badBad: number };
  readonly accuracy: number | undefined;
  /** Share of the good that the judge lets pass, and of the bad that it finds. */
  readonly specificity: number | undefined;
  readonly sensitivity: number | undefined;
  /** Agreement beyond chance (Cohen): 1 is perfect, 0 what guessing gives. Undefined where one side says the same of everything. */
  readonly kappa: number | undefined;
  /** The middle 95 % of kappa over the resamples. */
  readonly kappaInterval: readonly [number, number] | undefined;
}

const MIDDLE = 0.95;

/** How well a judge agrees with people. `random` in [0, 1) draws the resamples of the bootstrap. */
export function agreementOf(items: readonly Labelled[], random: () => number, resamples = 2_000): Agreement {
  const table = tableOf(items);
  const kappas = Array.from({ length: items.length === 0 ? 0 : resamples }, () => kappaOf(tableOf(items.map(() => items[Math.floor(random() * items.length)] as Labelled)))).filter((kappa) => kappa !== undefined).toSorted((one, other) => one - other);
  const at = (share: number): number => kappas[Math.min(kappas.length - 1, Math.floor(share * kappas.length))] ?? Number.NaN;
  return {
    items: items.length, table, accuracy: ratio(table.goodGood + table.badBad, items.length), specificity: ratio(table.goodGood, table.goodGood + table.goodBad), sensitivity: ratio(table.badBad, table.badGood + table.badBad),
    kappa: kappaOf(table), kappaInterval: kappas.length === 0 ? undefined : [at((1 - MIDDLE) / 2), at((1 + MIDDLE) / 2)],
  };
}

function tableOf(items: readonly Labelled[]): Agreement['table'] {
  const table = { goodGood: 0, goodBad: 0, badGood: 0, badBad: 0 };
  for (const { isGood, saidGood } of items) table[`${isGood ? 'good' : 'bad'}${saidGood ? 'Good' : 'Bad'}`] += 1;
  return table;
}

function kappaOf({ goodGood, goodBad, badGood, badBad }: Agreement['table']): number | undefined {
  const all = goodGood + goodBad + badGood + badBad;
  const byChance = ((goodGood + goodBad) * (goodGood + badGood) + (badGood + badBad) * (goodBad + badBad)) / (all * all);
  return byChance < 1 ? ((goodGood + badBad) / all - byChance) / (1 - byChance) : undefined;
}

function ratio(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
