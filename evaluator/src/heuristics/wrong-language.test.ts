import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { PARAGRAPHS } from './languages.fixture.ts';
import { wrongLanguage } from './wrong-language.ts';

const ENGLISH = PARAGRAPHS.en ?? '';
const GERMAN = PARAGRAPHS.de ?? '';
const others = Object.entries(PARAGRAPHS).filter(([language]) => language !== 'en');
const scoreOf = (known: Parameters<typeof answerOf>[0]) => wrongLanguage.score(answerOf(known))?.score;
const ofEnglishRoute = (text: string) => scoreOf({ text, expect: { languages: ['en'] } });

describe('an answer in another language than expected', () => {
  it.each(others)('is seen from 100 characters on: %s', (language, text) => {
    for (let at = 0; at + 100 <= text.length; at += 20) expect(ofEnglishRoute(text.slice(at, at + 100))).toBe(1);
    expect(scoreOf({ text, expect: { languages: ['sv', language] } })).toBe(0);
  });

  it('is compared with the question where the policy says nothing', () => {
    expect(scoreOf({ text: GERMAN, questionText: 'What happens when the driver finds nobody at home?' })).toBe(1);
    expect(scoreOf({ text: ENGLISH, questionText: 'What happens when the driver finds nobody at home?' })).toBe(0);
    expect(scoreOf({ text: GERMAN, questionText: 'Cancel my order', systemText: 'You are the assistant of a parcel service. Be kind to the customers, and answer what they ask for.' })).toBe(1);
    expect(scoreOf({ text: ENGLISH, questionText: 'Was passiert, wenn niemand zu Hause ist und der Fahrer nicht weiß, wem er das Paket geben soll?' })).toBe(1);
    expect(scoreOf({ text: PARAGRAPHS.ja, questionText: '荷物はいつ届きますか。家に誰もいないときは、どこで受け取ればよいのでしょうか。教えてください。' })).toBe(0);
  });

  it('is not judged when the question is too short to tell, or asks for another language', () => {
    expect(scoreOf({ text: GERMAN, questionText: 'ok?' })).toBeUndefined();
    expect(scoreOf({ text: GERMAN })).toBeUndefined();
    for (const questionText of ['Translate this to German: your parcel left our warehouse yesterday.', 'Please answer in German. What happens with my parcel?', 'What would you tell the customer auf Deutsch?', 'Please rewrite what you have for our foreign customers.']) {
      expect(scoreOf({ text: GERMAN, questionText })).toBeUndefined();
    }
    expect(scoreOf({ text: GERMAN, questionText: 'What happens with my parcel?', systemText: 'Answer in German or French.' })).toBeUndefined();
  });

  it('has no verdict on short text, JSON and code', () => {
    for (const text of ['Ja, gern.', 'Das Paket ist noch nicht da.', GERMAN.slice(0, 39), '17077 18367 19483 20011 21599 22013 23003', JSON.stringify({ antwort: GERMAN }), 'const paket = holen(lager);\nif (paket.istDa()) { liefern(paket); }\nfor (let i = 0; i < 3; i++) { warten(i); }']) expect(ofEnglishRoute(text)).toBeUndefined();
    expect(scoreOf({ text: GERMAN, wantsJson: true, expect: { languages: ['en'] } })).toBeUndefined();
  });

  it('reads the prose around code and addresses', () => {
    expect(ofEnglishRoute(`${ENGLISH}\n\`\`\`js\nconst größe = 'Das Paket ist noch nicht bei uns angekommen';\n\`\`\``)).toBe(0);
    expect(ofEnglishRoute(`\`\`\`js\n// your parcel is not here yet\n\`\`\`\n${GERMAN}`)).toBe(1);
  });

  it('does not tell Indonesian from Malay, nor Serbian from Croatian', () => {
    expect(scoreOf({ text: PARAGRAPHS.id, expect: { languages: ['ms'] } })).toBe(0);
  });
});
