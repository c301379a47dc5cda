import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.fixture.ts';
import { PARAGRAPHS } from './languages.fixture.ts';
import { lazy } from './lazy.ts';

const scoreOf = (text: string) => lazy.score(answerOf({ text }))?.score;

describe('a lazy answer', () => {
  it.each([
    '```js\nfunction add(a, b) {\n  // ... rest of the code\n}\n```', '```py\ndef add(a, b):\n    # your code here\n```', '```js\n// ... existing code ...\nconst b = 2;\n```', '<!-- rest of your HTML -->', '/* ... */', '{/* ... other components */}',
    '# ... (remaining methods unchanged)', '// same as above', '-- ... other columns', 'The proof is left as an exercise to the reader.', 'Add your own logic here.', 'I left out the imports for brevity.', 'Some methods are omitted for brevity.', 'You can complete the rest in the same way.', '[rest of the letter]',
    '// El resto del código', '// Votre code ici, après la première ligne', '# Ihr Code hier, nach der größeren Schleife', '// O restante do código', '// остальной код', '// 其余代码保持不变', '# 残りのコードは同じです', '// बाकी कोड वही रहेगा', '// بقية الكود', '// বাকি কোড', '// باقی کوڈ',
  ])('has a placeholder in place of the work: %s', (text) => expect(scoreOf(text)).toBe(1));

  it.each([
    'Paris.', 'Wait ... I mean Tuesday.', 'The rest of the day was sunny, and the rest of the team went home.', 'Use the existing account # 42 for the remaining payments.', 'Regular exercise is good for you. There is a park here.', '# Heading\n\nText about the existing rules.', 'See https://example.com/rest for more.', 'for (const x of [...a, ...b]) { // adds all items\n  sum += x;\n}',
    'Your code here is fine: it compiles.'.replace('here ', ''), ...Object.values(PARAGRAPHS),
  ])('is not every short or ordinary one: %s', (text) => expect(scoreOf(text)).toBe(0));

  it('is not known in a language that has no list, or without text', () => {
    expect(scoreOf('ขอบคุณสำหรับข้อความของคุณ พัสดุของคุณออกจากคลังสินค้าแล้วเมื่อวานนี้')).toBeUndefined();
    expect(lazy.score(answerOf({}))).toBeUndefined();
  });
});
