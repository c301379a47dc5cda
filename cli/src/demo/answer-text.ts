import type { SeededRandom } from './seeded-random.ts';
import { topicOf } from './shop-facts.ts';

type Words = readonly [string, ...string[]];

const OPENINGS: Words = [
  'Thanks for asking.', 'Happy to help with this.', 'Good question.', 'Here is how it works.', 'Thank you for getting in touch.', 'Of course.', 'Let me walk you through it.', 'That is easy to sort out.',
];
const LINKS: Words = ['First:', 'What to do now:', 'The quickest way:', 'In short:', 'Try this:', 'Next:'];
const EXTRAS: Words = [
  'Business customers find the same options under "Team".',
  'All times are local times of the delivery address.',
  'The page works in the app as well as in the browser.',
  'You receive a message at every step, so there is no need to keep the page open.',
  'The same is described, with pictures, in the help centre.',
];
const CLOSINGS: Words = [
  'Is there anything else you would like to know?', 'Just reply here when you need more.', 'Have a good day!', 'We are glad to look into it further.', 'Tell us how it goes.',
];

/** An answer of a support assistant to `question`, between about 150 and 900 characters, worded differently every time. With `wrong` each fact in it is false; nothing else differs. */
export function composeAnswer(question: string, random: SeededRandom, truth: 'right' | 'wrong' = 'right'): string {
  const topic = topicOf(question);
  const facts = some(topic.facts, random.between(1, 3), random).map((fact) => fact[truth]);
  const steps = [random.pick(LINKS), ...some(topic.steps, random.between(1, 3), random).map(({ text }) => text)];
  const sentences = [random.pick(OPENINGS), ...facts, ...steps];
  if (random.chance(0.5)) sentences.push(...some(EXTRAS, random.between(1, 2), random));
  sentences.push(random.pick(CLOSINGS));
  return sentences.join(' ');
}

const REFUSALS: Words = [
  "I'm sorry, but I can't help with that.",
  "I'm unable to assist with this request.",
  'I cannot provide information about this topic.',
  "Sorry, I can't discuss that. Please contact the support team directly.",
  "I apologize, but I'm not able to help with that request.",
  "As an AI language model, I can't help with questions about your account.",
  "Unfortunately, I cannot answer this question. I'm not able to share details of that kind.",
  "I'm sorry, I won't be able to assist with that. It is against my guidelines.",
];

export function composeRefusal(random: SeededRandom): string {
  return random.pick(REFUSALS);
}

/** Starts well and then says one sentence again and again. */
export function repeatItself(text: string, random: SeededRandom): string {
  const sentences = text.split(/(?<=[.!?]) /);
  const kept = sentences.slice(0, 2);
  const again = sentences.slice(1).find((sentence) => sentence.length >= 40) ?? text;
  return [...kept, ...new Array<string>(random.between(8, 14)).fill(again)].join(' ');
}

function some<Item>(items: readonly [Item, ...Item[]], count: number, random: SeededRandom): Item[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.between(0, left.length - 1), 1)[0] ?? items[0]);
}
