import { topicOf } from './shop-facts.ts';

/** What the customers of the demo's shop ask. */
export const QUESTIONS: readonly [string, ...string[]] = [
  'Where is my parcel? The tracking page has not changed since yesterday.', 'How long does standard delivery take to the islands?', 'Can I send the parcel to a pick-up point instead?',
  'The courier says delivered, but nothing is here.', 'Do you ship on Saturdays?', 'What does express shipping cost for two lamps?',
  'How do I return the blue jacket?', 'When do I get my refund?', 'Can I exchange the shoes for a larger size?', 'Is the original box needed for a return?', 'I lost the return label, what now?',
  'I cannot log in any more.', 'The link for a new password does not arrive.', 'How do I change the e-mail address of my account?', 'My two-factor codes are rejected.', 'Somebody else seems to be signed in to my account.',
  'Why was my card charged twice?', 'Where do I find the invoice for October?', 'Can I pay half with a voucher and half by card?', 'How do I add our VAT number to the bill?', 'There is a pending payment that I do not know.',
  'How do I cancel my subscription?', 'When does my plan renew?', 'What happens to my data after the trial?', 'Can I upgrade in the middle of the month?', 'Which plan includes three users?',
  'The battery lasts only an hour.', 'My device does not turn on.', 'How long is the warranty?', 'What does a repair cost after two years?', 'The fan makes a loud noise.',
  'The app crashes at start.', 'How do I connect the device to Wi-Fi?', 'Bluetooth pairing fails with my new phone.', 'Synchronisation is stuck since the update.', 'Does the app work on a tablet?',
  'When are you open on Sunday?', 'How do loyalty points work?', 'Can I buy a gift voucher by bank transfer?', 'I would like to speak to a person.',
];

const INSTRUCTIONS = [
  'You are the support assistant of Halden Home, a shop for lamps, small furniture and household devices.',
  'Answer in the language of the customer, in at most eight sentences, friendly and to the point. Explain what to do step by step and name the menu items exactly as they appear in the app.',
  'Delivery: two to four working days, express by 14:00 the same day. Returns: thirty days, free of charge. Warranty: two years, batteries twelve months. Plans renew monthly and can be cancelled at any time.',
  'When something concerns money or safety, mention that a colleague can be reached every day between 8:00 and 20:00. Never promise a date that the tracking page does not show.',
];

/** The system prompt of the support assistant: its instructions, and what the shop's knowledge base has about the question. */
export function systemPrompt(question: string): string {
  const { facts, steps } = topicOf(question);
  return [...INSTRUCTIONS, 'What our knowledge base says about this:', ...[...facts, ...steps].map(({ note }) => `- ${note}`)].join('\n');
}
