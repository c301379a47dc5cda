import { ANCHOR_TEXTS, type AnchorText } from './anchor-texts.ts';
import type { BuiltInRubric } from './built-in-rubrics.ts';
import type { JudgeItem, JudgeOutcome } from './judge.ts';
import { builtInRubric } from './rubric.ts';

/** An item that is judged again and again, to see whether the judge itself has changed. */
export interface Anchor {
  readonly id: string;
  readonly rubric: BuiltInRubric;
  readonly system: string;
  readonly input: string;
  readonly output: string;
  /** The score that parts a pass from a fail. */
  readonly edge: number;
}

/** What the judge said of an anchor. */
export type AnchorVerdict = 'pass' | 'fail' | 'excluded';

interface Operator {
  readonly name: string;
  spoil(text: AnchorText, index: number): string;
}

/** Between the answers that meet all checks but a light one and those that miss a weighty one. */
const EDGE = 0.8;
const BORDERLINE_EDGE = 0.5;
/** Of a good answer, when it is cut. */
const KEPT_SHARE = 0.4;
const REFUSAL = 'I\'m sorry, but I can\'t help with that request.';
const PROMISE = 'Thank you for asking! I will look into it right away and come back to you shortly with everything you need.';

/** The ways in which answers of a model that got worse are bad. */
const OPERATORS: readonly Operator[] = [
  { name: 'wrong-fact', spoil: ({ good, wrong: [from, to] }) => good.replace(from, to) },
  { name: 'off-topic', spoil: (_, index) => ANCHOR_TEXTS[(index + OFF_TOPIC_STEP) % ANCHOR_TEXTS.length]?.good ?? '' },
  { name: 'cut', spoil: ({ good }) => good.slice(0, Math.ceil(good.length * KEPT_SHARE)) },
  { name: 'refusal', spoil: () => REFUSAL },
  { name: 'other-language', spoil: ({ foreign }) => foreign },
  { name: 'empty-promise', spoil: () => PROMISE },
];
/** The answer to a text of another kind. */
const OFF_TOPIC_STEP = 3;
const SPOILED_A_TEXT = 3;

/** 50 items: of each text the good answer, a borderline one and three bad ones, each operator five times. */
export const ANCHORS: readonly Anchor[] = ANCHOR_TEXTS.flatMap((text, index) => {
  const { id, rubric, system, input, good } = text;
  const spoiled = OPERATORS.slice((index % 2) * SPOILED_A_TEXT, (index % 2) * SPOILED_A_TEXT + SPOILED_A_TEXT);
  return [
    { id: `${id}/good`, rubric, system, input, output: good, edge: EDGE },
    { id: `${id}/borderline`, rubric, system, input, output: text.borderline, edge: BORDERLINE_EDGE },
    ...spoiled.map(({ name, spoil }) => ({ id: `${id}/${name}`, rubric, system, input, output: spoil(text, index), edge: EDGE })),
  ];
});

const BY_ID: ReadonlyMap<string, Anchor> = new Map(ANCHORS.map((anchor) => [anchor.id, anchor]));

export function anchorById(id: string): Anchor | undefined {
  return BY_ID.get(id);
}

export function itemOfAnchor({ rubric, system, input, output }: Anchor): JudgeItem {
  return { route: 'anchor', rubric: builtInRubric(rubric), system, input, output, fresh: true };
}

/** Undefined when there was none: that is no flip. */
export function verdictOn(anchor: Pick<Anchor, 'edge'>, outcome: JudgeOutcome): AnchorVerdict | undefined {
  if (outcome.kind === 'error') return undefined;
  if (outcome.kind === 'excluded') return 'excluded';
  return outcome.score >= anchor.edge ? 'pass' : 'fail';
}
