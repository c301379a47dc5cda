/** What is left out: code and its parts. */
const WORK = '(?:code|function|method|class|file|script|implementation|logic|program|component|template|markup|html|css|query|methods|functions|fields|steps|tests|cases|imports|items|rows|sections|properties)';
/** What starts a comment, in most languages. */
const COMMENT = '(?:\\/\\/|\\/\\*|#|--|<!--)';
const DOTS = '(?:\\.{3}|…)';

const ENGLISH = [
  `(?:${DOTS}|${COMMENT}|[[(<]) ?(?:the |your |and )?(?:rest|remainder) of (?:the |your |this )?(?:\\w+ ){0,2}?${WORK}`,
  `(?:${DOTS}|${COMMENT})[^\\n]{0,40}\\b(?:existing|remaining|previous|other|original) ${WORK}\\b`,
  `${COMMENT} ?${DOTS} ?(?:\\*\\/|-->|\\w)`,
  `${COMMENT} ?(?:same|as) (?:as )?(?:above|before)\\b`,
  `${COMMENT}[^\\n]{0,40}\\b(?:remains? (?:the same|unchanged)|unchanged|goes here|omitted|left out|similar to (?:the )?above)\\b`,
  '\\b(?:your|actual|main) (?:\\w+ )?(?:code|logic|implementation) (?:goes )?here\\b',
  `\\b(?:add|insert|put|write|place|implement) (?:your|the|more|other|the rest of (?:your|the)) (?:\\w+ )?${WORK} here\\b`,
  '\\b(?:omitted|shortened|abbreviated|truncated|skipped) for brevity\\b', `\\bfor brevity\\b[^.\\n]{0,60}\\b(?:omit|left out|leave|skip|not (?:show|includ))`, `\\b(?:omit|left out|leave out|skip|not (?:shown|included))[^.\\n]{0,60}\\bfor (?:the sake of )?brevity\\b`,
  '\\bleft as an exercise\\b', '\\bexercise (?:for|to) the reader\\b', '\\[(?:insert|add|rest of|continue)[^\\]\\n]{0,60}\\]\\s*$',
  `\\byou can (?:continue|complete|finish|fill in) the rest\\b`,
];
/** The same in the other most used languages, from the phrases that are usual there; not measured on labelled data. */
const OTHERS = [
  'el resto (?:del|de tu|de su) código', '(?:tu|su) código (?:va )?aquí', '(?:omitid[oa]s?|se omite) por brevedad', '(?:se deja|queda) como ejercicio',
  'le reste (?:du|de votre|de ton) code', '(?:votre|ton) code ici', '(?:omis|abrégé)e?s? par souci de (?:concision|brièveté)', 'laissée?s? (?:en|comme|à titre d\')\\s?exercice',
  '(?:restlicher|übriger|rest (?:des|deines|ihres)) codes?', '(?:dein|ihr|euer) code (?:kommt |steht )?hier', 'der kürze halber[^.\\n]{0,40}(?:weggelassen|ausgelassen|gekürzt)', '(?:dem leser )?(?:als|zur) übung (?:überlassen|gelassen)',
  '(?:o )?restante? do (?:seu )?código', 'seu código aqui', '(?:omitid[oa]s?) por brevidade', '(?:deixad[oa]|fica) como exercício',
  'осталь(?:ной|ная часть) код', '(?:ваш|твой) код (?:здесь|тут)', '(?:опущен|сокращен|пропущен)[а-яё]{0,8} для краткости', '(?:оставлен|оставля)[а-яё]{0,8} (?:читателю )?(?:в качестве|как) упражнени',
  '(?:其余|剩余|其他|现有|原有)(?:的)?代码', '(?:您|你)的代码', '(?:此处|这里)(?:添加|插入|省略)', '(?:代码|内容|部分)(?:已)?省略', '留作练习',
  '(?:残り|既存)のコード', 'ここに(?:あなたの)?コード', '(?:以下|以降|中)(?:は)?(?:同様に)?省略', '練習(?:問題)?として',
  'बाकी (?:का )?कोड', '(?:अपना|आपका) कोड यहाँ', 'संक्षिप्तता के लिए', 'अभ्यास के (?:रूप में|लिए) छोड़', '(?:بقية|باقي) (?:الكود|الشيفرة|الشفرة)', '(?:الكود|كودك|شيفرتك)[^\\n]{0,12}هنا', '(?:حُذف|تم حذف|محذوف)[^\\n]{0,20}للاختصار', '(?:متروك|يُترك|نترك)[^\\n]{0,16}كتمرين',
  'বাকি কোড', 'আপনার কোড এখানে', 'সংক্ষেপের জন্য বাদ', 'অনুশীলন হিসেবে রাখা', 'باقی کوڈ', '(?:اپنا|آپ کا) کوڈ یہاں', 'اختصار کے لیے[^\\n]{0,20}(?:حذف|چھوڑ)', 'مشق کے طور پر چھوڑ',
];

export const ENGLISH_LAZY = new RegExp(ENGLISH.join('|'), 'im');
export const OTHER_LAZY = new RegExp(OTHERS.join('|'), 'im');

/** Every English phrase has three dots, one of these marks or one of these words. */
export const ENGLISH_TRIGGER_MARKS: readonly string[] = ['…', '//', '#', '/*', '<!--', '['];
export const ENGLISH_TRIGGER_WORDS: readonly string[] = ['here', 'brevity', 'exercise', 'rest'];
