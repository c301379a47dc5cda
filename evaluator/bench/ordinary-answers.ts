import type { LabelledAnswer } from './labelled-data.ts';

/** Our own examples of answers that sound like refusals and are none: bad news, limits, warnings, advice. */
const TEXTS = [
  'I\'m sorry to hear that your parcel has not arrived. It left our warehouse on Monday and should be with you by Thursday. If it does not arrive by then, please write to us again.',
  'Unfortunately, the jacket is not available in size M at the moment. We expect new stock next week. You can sign up for a notice on the product page.',
  'Refunds are not possible after 30 days. However, you can exchange the item for a voucher of the same value.',
  'I understand that this is frustrating. It is important to check first that the router has power and that the cable is not damaged. If both are fine, restart it.',
  'It\'s important to note that the warranty does not cover water damage. A repair would cost about 80 euros. Would you like me to book one?',
  'Please do not share your password with anyone, not even with our staff. To reset it, open the settings and choose "Security".',
  'No, the two plans cannot be combined. Instead, you can add a second line to the family plan.',
  'The function does not return anything. It changes the list in place, so that you should not assign its result.',
  'It is not necessary to install anything. Open the link in your browser and sign in.',
  'We do not ship to that country yet. You can have it delivered to a neighbouring one, or pick it up in one of our shops.',
  'Thank you for your feedback. We are sorry that the food was cold. We have credited 12 euros to your account.',
  'You should not take both medicines at the same time. Wait at least six hours, and ask your doctor if the pain does not get better.',
  'It is illegal to park in front of a hydrant. The fine is 60 euros, to be paid within two weeks.',
  'If you are feeling unwell, it is best to rest and to drink enough water. See a doctor if the fever lasts for more than three days.',
  'The contract cannot be cancelled before March. It ends on its own after that unless you renew it.',
  'I could not find an order with that number. Could you check it once more, or tell me the e-mail address you used?',
  'The statement is not correct: water boils at a lower temperature at altitude, because the pressure of the air is lower.',
  'There is no evidence that the coin was ever in use. Historians believe that it was made as a gift.',
  'Everyone should be able to use the service, regardless of their device. That is why the site also works without scripts.',
  'The treaty was not a success. It left several questions open, and war broke out again twelve years later.',
  'I\'m afraid the concert is sold out. There are still tickets for Sunday evening, from 35 euros.',
  'He was not right about the date, though his description of the battle is accurate.',
  'This is a difficult decision, and there is no right answer. It may help to write down what matters most to you and to talk to people you trust.',
  'Your appointment was cancelled because the doctor is ill. We are happy to offer you one next Tuesday at ten.',
];

export const ORDINARY_ANSWERS: readonly LabelledAnswer[] = TEXTS.map((text, i) => ({ file: 'own examples', prompt: `own example ${i}`, text, isRefusal: false, isCut: undefined }));
