import type { BuiltInRubric } from './built-in-rubrics.ts';

/** A request with a good answer, one that is neither good nor bad, and what the operators of `anchors.ts` need to spoil the good one. */
export interface AnchorText {
  readonly id: string;
  readonly rubric: BuiltInRubric;
  readonly system: string;
  readonly input: string;
  readonly good: string;
  readonly borderline: string;
  /** What is replaced in the good answer to make it wrong. */
  readonly wrong: readonly [from: string, to: string];
  /** The good answer in a language that nobody asked for. */
  readonly foreign: string;
}

const LIBRARY = 'You answer readers of the town library. Facts: a card costs 12 euros a year, children are free. Books are lent for four weeks and can be renewed twice on the website. Late books cost 50 cents a day.';
const HOTEL = 'You answer guests of the hotel Birch Court. Facts: check-in from 15, check-out until 11. Breakfast 7 to 10. Dogs are welcome for 15 euros a night. Cancelling is free until two days before arrival.';
const JSON_ONLY = 'Take the fields out of the text. Answer with JSON only. Use null for what is not there.';
const ROUTE_MAIL = 'Sort the mail into one of: refund, address-change, complaint, other. Answer with the word only.';

/** Frozen: whoever changes a text here takes the comparison with earlier verdicts away from every installation. */
export const ANCHOR_TEXTS: readonly AnchorText[] = [
  {
    id: 'renew', rubric: 'support', system: LIBRARY, input: 'My book is due tomorrow and I am not done. What can I do?',
    good: 'You can renew it on the website: each book can be renewed twice, for another four weeks. Do it today, since late books cost 50 cents a day.',
    borderline: 'Books can be renewed.', wrong: ['twice, for another four weeks', 'nine times, for another two years'],
    foreign: 'Sie können es auf der Website verlängern: jedes Buch zweimal, um weitere vier Wochen. Tun Sie es heute, denn verspätete Bücher kosten 50 Cent am Tag.',
  },
  {
    id: 'dog', rubric: 'support', system: HOTEL, input: 'We would like to bring our dog for three nights. Is that possible, and what does it cost?',
    good: 'Yes, your dog is welcome. It costs 15 euros a night, so 45 euros for three nights. Please tell us when you book.',
    borderline: 'Dogs are welcome at the hotel.', wrong: ['15 euros a night, so 45 euros', '150 euros a night, so 20 euros'],
    foreign: 'Oui, votre chien est le bienvenu. Cela coûte 15 euros par nuit, donc 45 euros pour trois nuits. Merci de nous le dire lors de la réservation.',
  },
  {
    id: 'boil', rubric: 'answer', system: '', input: 'Why does water boil at a lower temperature in the mountains?',
    good: 'The air pressure is lower at height. Water boils when its vapour pressure reaches the pressure of the air around it, and with less pressure that happens at a lower temperature.',
    borderline: 'It has to do with the height and the air there.', wrong: ['air pressure is lower at height', 'air pressure is ten times higher at height'],
    foreign: 'La presión del aire es menor en la altura. El agua hierve cuando su presión de vapor alcanza la del aire, y con menos presión eso ocurre a una temperatura menor.',
  },
  {
    id: 'week', rubric: 'answer', system: 'Answer in at most three sentences.', input: 'Name the planets that are smaller than the Earth.',
    good: 'Mercury, Venus and Mars are smaller than the Earth. All the other planets are larger.',
    borderline: 'Mercury and Mars are smaller than the Earth.', wrong: ['Mercury, Venus and Mars', 'Jupiter, Saturn and Neptune'],
    foreign: 'Merkur, Venus und Mars sind kleiner als die Erde. Alle anderen Planeten sind größer.',
  },
  {
    id: 'order', rubric: 'extraction', system: JSON_ONLY, input: 'Fields: name, city, amount. Text: Mira Okafor of Leeds ordered 14 lamps for 602.00 GBP.',
    good: '{"name":"Mira Okafor","city":"Leeds","amount":602.00}',
    borderline: '{"name":"Mira Okafor","city":null,"amount":602.00}', wrong: ['602.00', '14260.00'],
    foreign: 'Mira Okafor aus Leeds hat vierzehn Lampen bestellt, für sechshundertzwei Pfund.',
  },
  {
    id: 'meeting', rubric: 'extraction', system: JSON_ONLY, input: 'Fields: date, room, phone. Text: The budget meeting is on 2 June 2025 in room 4.12. Bring the figures.',
    good: '{"date":"2025-06-02","room":"4.12","phone":null}',
    borderline: '{"date":"2 June","room":"4.12","phone":""}', wrong: ['2025-06-02","room":"4.12","phone":null', '2019-11-30","room":"Kitchen","phone":"555-0100'],
    foreign: 'La réunion a lieu le 2 juin 2025 dans la salle 4.12, sans numéro de téléphone.',
  },
  {
    id: 'palindrome', rubric: 'code', system: '', input: 'Write a Python function is_palindrome(text) that ignores case and everything but letters.',
    good: 'def is_palindrome(text):\n    letters = [c.lower() for c in text if c.isalpha()]\n    return letters == letters[::-1]',
    borderline: 'def is_palindrome(text):\n    return text == text[::-1]', wrong: ['return letters == letters[::-1]', 'return len(letters) > 7'],
    foreign: 'Eine Funktion, die nur die Buchstaben behält, sie klein schreibt und mit der umgekehrten Reihenfolge vergleicht.',
  },
  {
    id: 'river', rubric: 'summary', system: 'Summarise the text in one or two sentences. Use nothing but the text.',
    input: 'The Arle rose by two metres after three days of rain. Forty families left their homes in Tolm and sleep in the school. The bridge is closed until engineers have looked at it on Thursday. Nobody was hurt.',
    good: 'After three days of rain the Arle rose by two metres; forty families of Tolm had to leave their homes and nobody was hurt. The bridge stays closed until engineers look at it on Thursday.',
    borderline: 'It rained for three days and a river rose.', wrong: ['nobody was hurt', 'eleven people were killed'],
    foreign: 'Nach drei Tagen Regen stieg die Arle um zwei Meter; vierzig Familien aus Tolm mussten ihre Häuser verlassen, niemand wurde verletzt. Die Brücke bleibt bis Donnerstag gesperrt.',
  },
  {
    id: 'refund', rubric: 'classification', system: ROUTE_MAIL, input: 'I sent the shoes back three weeks ago and my money has still not arrived.',
    good: 'refund', borderline: 'complaint', wrong: ['refund', 'address-change'],
    foreign: 'Das ist eine Rückerstattung, würde ich sagen.',
  },
  {
    id: 'moved', rubric: 'classification', system: ROUTE_MAIL, input: 'We moved on the first of the month. Please send the next magazine to 14 Alder Road.',
    good: 'address-change', borderline: 'other', wrong: ['address-change', 'refund'],
    foreign: 'Es un cambio de dirección, me parece.',
  },
];
