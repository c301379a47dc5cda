/**
 * Short lists of the commonest refusals in other languages, written from the phrases that assistants use there, not measured on labelled data.
 * The apostrophes of the head are straight and its letters lower case.
 */
const PHRASES = {
  es: ['lo siento, (?:pero )?no', 'no puedo (?:ayudar|proporcionar|responder|cumplir|dar|ofrecer|generar|crear|compartir)', 'no estoy en condiciones de', 'no me es posible'],
  pt: ['desculpe, (?:mas )?(?:eu )?não', 'lamento, mas não', 'sinto muito, mas', 'não posso (?:ajudar|fornecer|responder|atender|gerar|criar|fazer isso)', 'não consigo ajudar'],
  fr: ['(?:désolée?|navrée?|regrette),? (?:mais )?je ne', 'je ne (?:peux|puis|suis) pas (?:en mesure |autorisée? )?(?:de |à |vous )?(?:aider|fournir|répondre|vous aider|donner|générer|créer)', 'je ne peux malheureusement'],
  de: ['(?:tut mir leid|entschuldigung|bedaure|leider)[^.!?]{0,30}(?:kann|darf) ich[^.!?]{0,80}nicht', 'ich kann (?:dir|ihnen|dabei|darauf|diese|das|dazu|leider)[^.!?]{0,60}(?:nicht|keine)', 'kann ich nicht (?:helfen|beantworten|erstellen)', 'ich darf (?:keine|nicht)'],
  it: ['mi dispiace, (?:ma )?non', 'non posso (?:aiutar|fornire|rispondere|soddisfare|generare|creare)', 'non sono in grado di (?:aiutar|fornire|rispondere)'],
  nl: ['het spijt me,? maar ik', 'ik kan (?:je|u|daar|dit|geen|helaas)[^.!?]{0,60}(?:niet|geen)? ?(?:helpen|geven|verstrekken|beantwoorden)'],
  ru: ['извините, (?:но )?я не', 'к сожалению, я не', 'я не могу (?:помочь|предоставить|ответить|выполнить|дать|создать)'],
  zh: ['抱歉[，,]?(?:但)?(?:是)?我?(?:不能|无法|無法)', '对不起[，,]?(?:但)?我?(?:不能|无法)', '我(?:不能|无法|無法)(?:为您|为你|提供|协助|帮助|回答|满足|完成|協助|幫助)', '作为(?:一个|一名)?(?:ai|人工智能)[^。]{0,30}(?:不能|无法)'],
  ja: ['申し訳(?:ありません|ございません|ない)[^。]{0,60}(?:できません|できかねます|ません)', 'お(?:答え|手伝い|応え)(?:は|することは)?(?:でき(?:ません|かねます))', '(?:提供|回答|対応)(?:は|することは)?(?:でき(?:ません|かねます))'],
  hi: ['(?:क्षमा|माफ़|माफ|खेद)[^।.!?]{0,60}(?:नहीं|असमर्थ)', 'मैं[^।.!?]{0,80}(?:नहीं (?:कर|दे|बता|लिख|बना) (?:सकता|सकती|पाऊँगा|पाऊंगा|पाऊँगी|पाऊंगी)|(?:में|से) असमर्थ)'],
  ar: ['(?:عذر[اًً]{1,2}|آسفة?|أعتذر|للأسف|المعذرة)[^.!؟]{0,60}(?:لا|لن|غير) ?(?:أستطيع|يمكنني|أقدر|قادر|أتمكن|يمكن)', '(?:لا أستطيع|لا يمكنني|لن أتمكن من|لا أقدر على|لست قادر[اًة]{0,2} على) ?(?:مساعدت|تقديم|الإجابة|المساعدة|توفير|إنشاء|كتابة|تلبية|الرد|مشاركة|إعطاء)'],
  bn: ['(?:দুঃখিত|ক্ষমা কর)[^।!?]{0,80}(?:পারব না|পারবো না|পারছি না|পারি না|সম্ভব নয়|অক্ষম)', 'আমি[^।!?]{0,80}(?:সাহায্য|সহায়তা|উত্তর|তথ্য)[^।!?]{0,30}(?:পারব না|পারবো না|পারছি না|পারি না)'],
  ur: ['(?:معذرت|معاف|افسوس)[^۔.!؟]{0,60}(?:نہیں|قاصر)', 'میں[^۔.!؟]{0,80}(?:نہیں (?:کر|دے|بتا|لکھ|بنا) (?:سکتا|سکتی)|سے قاصر)'],
  ko: ['죄송(?:합니다|하지만)[^.]{0,60}(?:없습니다|어렵습니다|않습니다)', '(?:도와드릴|제공할|답변할|도움을 드릴) 수 없습니다'],
};

/** One pattern a script, so that a text is only searched for the languages it can be in. */
const LATIN = new RegExp([...PHRASES.es, ...PHRASES.pt, ...PHRASES.fr, ...PHRASES.de, ...PHRASES.it, ...PHRASES.nl].join('|'));
const NOT_LATIN = new RegExp([...PHRASES.ru, ...PHRASES.zh, ...PHRASES.ja, ...PHRASES.ko, ...PHRASES.hi, ...PHRASES.ar, ...PHRASES.bn, ...PHRASES.ur].join('|'));
const SCRIPTS_READ = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Devanagari}\p{Script=Arabic}\p{Script=Bengali}]/u;
/** Scripts that several languages share: there only a small word of a language above makes a text readable. */
const SHARED_SCRIPT = /[\p{Script=Devanagari}\p{Script=Arabic}\p{Script=Bengali}]/u;
const SMALL_WORDS_OF_SHARED_SCRIPTS = /(?<!\p{L})(?:है|हैं|में|के|का|की|और|को|से|यह|في|من|على|أن|هذا|هذه|إلى|لا|مع|عن|ما|ہے|ہیں|میں|کے|کا|کی|اور|کو|سے|আমি|এই|এবং|জন্য|না|আপনার|থেকে|করে|একটি)(?![\p{L}\p{M}])/u;
/** Anything beyond ASCII. */
const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Common small words of the languages above in Latin letters: a text of many words without one of them is in a language that is not read here. */
const SMALL_WORDS = new Set((
  'the a an and or of to in is it that for on with as this are be by not i you we can if no yes from at '
  + 'el la los las de que y en un una es por con para no se lo su '
  + 'o os do da em um uma não e ao é le les des et du est pour dans une il je vous ce '
  + 'der die das und ist nicht ein eine zu den von mit ich sie auf il di che per non è sono ho het een en van dat niet ik met voor'
).split(' '));
const LEAST_WORDS = 8;

/** `mayBeLatin`: the head has a word of one of the languages in Latin letters. */
export function otherRefusal(head: string, mayBeLatin: boolean): boolean {
  return (mayBeLatin && LATIN.test(head)) || (BEYOND_ASCII.test(head) && NOT_LATIN.test(head));
}

/**
 * False when the text is in a script or, as far as its small words tell, a language for which there is no list: then a refusal cannot be seen.
 * Text in plain ASCII counts as readable: most of it is English or code, and the few languages that are written so have no list either.
 */
export function isReadable(head: string): boolean {
  if (!BEYOND_ASCII.test(head)) return true;
  if (/\p{L}/u.test(head) && !SCRIPTS_READ.test(head)) return false;
  if (SHARED_SCRIPT.test(head) && !SMALL_WORDS_OF_SHARED_SCRIPTS.test(head)) return false;
  const words = head.match(/[a-zà-ÿ]+/g);
  return !/[^\p{ASCII}\P{Script=Latin}]/u.test(head) || words === null || words.length < LEAST_WORDS || words.some((word) => SMALL_WORDS.has(word));
}
