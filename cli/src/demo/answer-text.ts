import type { SeededRandom } from './seeded-random.ts';

type Words = readonly [string, ...string[]];

interface Topic {
  readonly about: RegExp;
  readonly facts: Words;
  readonly steps: Words;
}

const TOPICS: readonly [Topic, ...Topic[]] = [
  {
    about: /deliver|parcel|shipp|track|courier/i,
    facts: [
      'Standard delivery takes two to four working days, and express orders placed before 14:00 leave the warehouse the same afternoon.',
      'The courier scans a parcel at every stop, so the tracking page is usually no more than an hour behind.',
      'Around public holidays the regional depot adds about one working day.',
    ],
    steps: [
      'Open "My orders", choose the order and press "Track": you see the last scan and the expected day.',
      'When the last scan is older than three working days, press "Report a late parcel" and we start a search with the courier.',
      'You may redirect the parcel to a pick-up point until it is loaded onto the van in the morning.',
    ],
  },
  {
    about: /return|refund|money back|exchange/i,
    facts: [
      'You have thirty days from delivery to send an item back, and the original box is welcome but not required.',
      'Refunds go to the payment method of the order; banks need between two and five working days to show them.',
      'Exchanges for another size are free, and the new item ships as soon as the first scan of the returned one arrives.',
    ],
    steps: [
      'Choose "Return an item" beside the order, pick the reason and print the label or show the code at the counter.',
      'Keep the receipt from the drop-off point until the refund has reached your account.',
      'For items over 20 kg we book a collection at your door instead of a label.',
    ],
  },
  {
    about: /password|log ?in|sign in|account|e-?mail address|two-factor/i,
    facts: [
      'Links for a new password are valid for thirty minutes and work once.',
      'After five wrong attempts the account rests for fifteen minutes and then opens again by itself.',
      'Two-factor codes depend on the clock of your phone, so an automatic date and time setting matters.',
    ],
    steps: [
      'Press "Forgot password" on the sign-in page, enter your address and follow the link in the message.',
      'Look in the spam folder as well, and ask for one link only: a second request makes the first one invalid.',
      'Under "Security" you can see every device that is signed in and end the sessions you do not recognise.',
    ],
  },
  {
    about: /invoice|charge|paid|payment|card|bill/i,
    facts: [
      'A pending line on the card is a reservation; it turns into a charge when the order leaves the warehouse, or it disappears within seven days.',
      'Invoices are made on the day of dispatch and stay in your account for ten years.',
      'We accept cards, bank transfer and the common wallets, and an order can be split between a voucher and one other method.',
    ],
    steps: [
      'Go to "Payments", open the entry and press "Download invoice" for the PDF.',
      'Add a VAT number under "Billing details" before you order, so that it is printed on the document.',
      'When the same amount was charged twice, send us both references and we return the second one within two working days.',
    ],
  },
  {
    about: /subscription|plan|cancel|renew|upgrade|trial/i,
    facts: [
      'A plan renews on the same day of each month, and a change takes effect at the next renewal unless you choose "now".',
      'Cancelling keeps everything available until the end of the period that is already paid.',
      'An upgrade in the middle of a month is charged only for the days that remain.',
    ],
    steps: [
      'Open "Plan", press "Change" and compare the three levels before you confirm.',
      'To stop, press "Cancel plan" on the same page; you receive a confirmation within a few minutes.',
      'Export your data first if you would like to keep a copy: "Settings", "Export", then choose CSV or JSON.',
    ],
  },
  {
    about: /warrant|broken|repair|defect|does not (work|turn)|battery|noise/i,
    facts: [
      'Every device carries a two-year warranty, and the battery is covered for twelve months.',
      'Most devices that seem dead recover after the power button is held for twenty seconds while the charger is connected.',
      'The repair centre usually needs four working days, without the time in the post.',
    ],
    steps: [
      'Disconnect the accessories, charge for thirty minutes and hold the power button until the light blinks twice.',
      'If nothing changes, open "Support", "Start a repair" and describe what you see; a photo of the serial number speeds things up.',
      'Back up your data before you hand the device in, because the centre resets it.',
    ],
  },
  {
    about: /app|update|sync|crash|phone|connect|wi-?fi|bluetooth/i,
    facts: [
      'Version 8.2 fixed a pairing problem with several phones, so an update is worth trying first.',
      'Synchronisation runs over Wi-Fi by default and waits while the phone saves power.',
      'The app keeps thirty days of data on the phone, which makes a fresh installation safe.',
    ],
    steps: [
      'Close the app, switch Bluetooth off and on, and open the app while the device is within a metre.',
      'Remove the device from the list in the phone settings and pair it again from inside the app.',
      'Send a report with "Help", "Send diagnostics"; our engineers read the newest ones every morning.',
    ],
  },
  {
    about: /./s,
    facts: [
      'Our shops are open from Monday to Saturday, and the help desk answers every day between 8:00 and 20:00.',
      'Gift vouchers are valid for three years and can be used in parts.',
      'Loyalty points appear two days after delivery and are worth one cent each.',
    ],
    steps: [
      'You find the details under "Help", "Popular topics", together with a short video.',
      'Write your customer number in the message, and the team finds the matching order at once.',
      'Use the chat in the lower right corner when something is urgent.',
    ],
  },
];

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

/** An answer of a support assistant to `question`, between about 150 and 900 characters, worded differently every time. */
export function composeAnswer(question: string, random: SeededRandom): string {
  const topic = TOPICS.find(({ about }) => about.test(question)) ?? TOPICS[0];
  const sentences = [random.pick(OPENINGS), ...some(topic.facts, random.between(1, 3), random), random.pick(LINKS), ...some(topic.steps, random.between(1, 3), random)];
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

function some(items: Words, count: number, random: SeededRandom): string[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.between(0, left.length - 1), 1)[0] ?? items[0]);
}
