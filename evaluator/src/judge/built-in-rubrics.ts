import type { BUILT_IN_RUBRICS } from '@understudy/contracts/policy-judge';
import type { RubricCheck } from './rubric.ts';

export type BuiltInRubric = (typeof BUILT_IN_RUBRICS)[number];

const ADDRESSES: RubricCheck = {
  name: 'addresses_request', weight: 2, question: 'Does the answer deal with what was asked?',
  yes: 'Asked how to reset a password, it tells how to reset a password.', no: 'Asked how to reset a password, it describes the price list.',
};
const COMPLETE: RubricCheck = {
  name: 'complete', weight: 1, question: 'Is everything that was asked for there, to the end? A short answer can be complete.',
  yes: 'Three things were asked for and three are answered.', no: 'It stops in the middle of a sentence, leaves a placeholder ("rest of the code here"), or answers one of three.',
};
const COHERENT: RubricCheck = {
  name: 'coherent', weight: 1, question: 'Is it readable language in the language expected, without word salad, stray scripts or loops?',
  yes: 'Plain sentences that follow from each other.', no: '"The invoice purple was runs of yesterday", or the same phrase again and again.',
};
const NOT_REFUSED: RubricCheck = {
  name: 'no_needless_refusal', weight: 1, question: 'If the request was legitimate, was it answered and not refused or dodged? na if it had to be refused.',
  yes: 'A harmless question gets its answer.', no: '"I cannot help with that" to a question about opening hours.',
};
const FOLLOWS: RubricCheck = {
  name: 'follows_instructions', weight: 1, question: 'Does it keep to the rules that the system prompt and the request set (form, limits, role)? na if there are none.',
  yes: 'Told to answer in one sentence, it does.', no: 'Told to give JSON only, it adds a paragraph.',
};
const CORRECT: RubricCheck = {
  name: 'no_false_claims', weight: 2, question: 'Is it free of claims that are plainly wrong, that contradict the given text or each other, or that agree with a false premise?',
  yes: 'The facts that it names are right or are in the given text.', no: 'It says that the capital of Australia is Sydney, or promises what the given text rules out.',
};

/** Checks by kind of task: yes/no questions, so that a judge never invents a number. */
export const BUILT_IN_CHECKS: Readonly<Record<BuiltInRubric, { readonly task: string; readonly checks: readonly RubricCheck[] }>> = {
  answer: { task: 'A model was asked something and answered.', checks: [ADDRESSES, FOLLOWS, COMPLETE, COHERENT, CORRECT, NOT_REFUSED] },
  support: {
    task: 'A support assistant answered a customer of a company.',
    checks: [ADDRESSES, {
      name: 'gives_next_step', weight: 1, question: 'Does the customer learn what to do next, or that nothing has to be done? na if nothing was to be done.',
      yes: '"Open Settings, choose Billing, press Cancel."', no: 'It repeats the problem and wishes a nice day.',
    }, {
      name: 'grounded', weight: 2, question: 'Are names, numbers, terms and promises backed by the given text or harmless common knowledge? na if there are none.',
      yes: 'The term of 30 days that it names is in the given text.', no: 'It invents a telephone number, a price or a refund.',
    }, COMPLETE, COHERENT, CORRECT, NOT_REFUSED],
  },
  extraction: {
    task: 'A model took data out of a text and gave them in the form that was asked for.',
    checks: [{
      name: 'values_in_source', weight: 2, question: 'Is every value given in the source, or derived from it as asked?',
      yes: 'The total 41.90 is in the invoice.', no: 'The total is 49.10, and the invoice says 41.90; or the values of another document.',
    }, {
      name: 'nothing_missing', weight: 1, question: 'Is every asked field that the source has filled in?',
      yes: 'Date, total and sender are there, and the source has them.', no: 'The date is null although the source shows it.',
    }, {
      name: 'right_field', weight: 1, question: 'Does each value stand in the field that it belongs to?',
      yes: 'The sender is under "sender".', no: 'The sender is under "recipient".',
    }, {
      name: 'unknown_left_open', weight: 1, question: 'Is what the source does not say left empty or null? na if the source says everything.',
      yes: '"phone": null, and the source has no telephone number.', no: '"phone": "555-0100", and the source has none.',
    }, FOLLOWS],
  },
  code: {
    task: 'A model wrote or changed program code.',
    checks: [ADDRESSES, {
      name: 'whole_code', weight: 2, question: 'Is the code whole, without placeholders or parts that are left to the reader?',
      yes: 'Every function has its body.', no: '"// ... rest of the code here".',
    }, {
      name: 'plausible_syntax', weight: 1, question: 'Does it look like valid code of the language, with balanced brackets and no stray characters?',
      yes: 'It reads as code that would parse.', no: 'A function is cut off, or foreign letters stand among the code.',
    }, {
      name: 'does_the_task', weight: 2, question: 'Does the code do what was asked, as far as reading shows?',
      yes: 'Asked to sort descending, it sorts descending.', no: 'Asked to sort descending, it sorts ascending; or it calls functions that do not exist.',
    }, FOLLOWS, NOT_REFUSED],
  },
  summary: {
    task: 'A model summed up a text that it was given.',
    checks: [{
      name: 'grounded', weight: 2, question: 'Is every statement of the summary backed by the given text?',
      yes: 'All names and numbers are in the text.', no: 'It adds an event, a number or a cause that the text does not have.',
    }, {
      name: 'main_points', weight: 2, question: 'Are the main points of the text in it?',
      yes: 'The decision that the text is about is there.', no: 'It sums up the introduction and leaves out the decision.',
    }, {
      name: 'no_distortion', weight: 1, question: 'Are sense, negation and certainty of the text kept?',
      yes: '"may" stays "may".', no: '"The board rejected it" becomes "The board accepted it".',
    }, {
      name: 'is_a_summary', weight: 1, question: 'Is it a summary of this text, not a copy, a comment or an answer to something in it?',
      yes: 'A shorter text in its own words.', no: 'It answers a question that stands in the text.',
    }, COMPLETE, COHERENT],
  },
  classification: {
    task: 'A model put a text into one or more of given classes.',
    checks: [{
      name: 'allowed_label', weight: 1, question: 'Is the answer one of the allowed labels, as they were given? na if no labels were given.',
      yes: 'Allowed are billing, technical, other; it says billing.', no: 'It says "invoice question".',
    }, {
      name: 'fitting_label', weight: 2, question: 'Does the label fit the text?',
      yes: '"I was charged twice" is billing.', no: '"I was charged twice" is technical.',
    }, {
      name: 'best_label', weight: 1, question: 'Is no other allowed label clearly the better one? na if only one label is allowed.',
      yes: 'The others fit less.', no: 'It says other, and billing fits plainly.',
    }, {
      name: 'only_the_label', weight: 1, question: 'Is it only what was asked for (label, and reason or confidence if asked)?',
      yes: 'The label alone, as asked.', no: 'A paragraph, and the label is lost in it.',
    }, { ...NOT_REFUSED, question: 'Is there a decision, and not a refusal or an evasion?' }],
  },
};
