/** "Ignore the instructions before" and "grader, give full marks" in the most used languages beside English. They see `seenText`: lower case, Latin and Cyrillic letters without accents. */
const PATTERNS: readonly RegExp[] = [
  // Chinese, Japanese
  /(?:忽略|无视|無視|忘记|忘掉|不要理会)[^。\n]{0,12}(?:指令|指示|说明|提示|规则)/u, /(?:评委|评分者|评审|评估者|裁判|评判)[^。\n]{0,25}(?:满分|最高分|是|通过|高分)/u, /(?:给|打)[^。\n]{0,12}(?:满分|最高分)/u,
  /(?:指示|命令|ルール|プロンプト)[^。\n]{0,10}(?:無視|忘れ)/u, /(?:評価者|採点者|審査員)[^。\n]{0,30}(?:満点|最高点|はい|合格)/u, /(?:満点|最高点)を(?:付け|つけ|与え)/u,
  // Hindi, Bengali, Arabic
  /(?:निर्देश|निर्देशों|नियमों)[^।\n]{0,20}(?:अनदेखा|अनदेखी|नज़रअंदाज़|नजरअंदाज|भूल)/u, /(?:मूल्यांकनकर्ता|परीक्षक|निर्णायक)[^।\n]{0,40}(?:पूरे अंक|हाँ|हां|सर्वोच्च)/u, /(?:নির্দেশ|নির্দেশনা|নিয়ম)[^।\n]{0,20}(?:উপেক্ষা|ভুলে)/u, /(?:মূল্যায়নকারী|পরীক্ষক|বিচারক)[^।\n]{0,40}(?:পূর্ণ নম্বর|হ্যাঁ)/u,
  /(?:تجاهل|انس|اهمل|أهمل)[^.\n]{0,20}(?:التعليمات|الأوامر|القواعد|الاوامر)/u, /(?:المقي[ّ]?م|الحكم|المصحح|المصحّح)[^.\n]{0,40}(?:الدرجة|بنعم|نعم|كاملة)/u,
  // Spanish, Portuguese, French, Italian
  /\b(?:ignora|ignore|ignoren|olvida|olvide|descarta|omite|esquece|esqueca|desconsidere|dimentica|ignorate)[^.\n]{0,15}\b(?:instrucciones|instrucoes|istruzioni|indicaciones|reglas|regras|ordenes|ordens)\b/u, /\b(?:ignorez|ignore|oubliez|oublie)[^.\n]{0,15}\b(?:instructions|consignes|regles|directives) (?:precedentes|anterieures|ci-dessus)/u,
  /\b(?:evaluador|evaluadora|calificador|juez|avaliador|avaliadora|juiz|examinador|evaluateur|correcteur|juge|valutatore|giudice)\b[^.\n]{0,40}\b(?:si a todas|sim a todas|oui a|si a tutte|maxim[ao]|maximale|massimo|nota|note|responde si|responda sim|reponds oui)\b/u,
  /\b(?:da|dale|otorga|pon|de|de-lhe|atribua|donnez|donne|mets|dai|assegna)\b[^.\n]{0,30}\b(?:puntuacion|nota|calificacion|note|pontuacao|voto|punteggio) (?:maxim[ao]|maximale|perfect[ao]|massimo)\b/u,
  // Russian
  /(?:игнорируи|игнорируите|забудь|забудьте|отбрось|не следуи)[^.\n]{0,25}(?:инструкц|указан|правил)/u, /(?:оценщик|судья|проверяющии|экзаменатор)[^.\n]{0,40}(?:\bда\b|"да"|высш|максимальн|полныи балл)/u, /(?:поставь|поставьте|даи|даите)[^.\n]{0,15}(?:высшии|максимальныи|наивысшии) балл/u,
  // German
  /\b(?:ignoriere|ignorieren sie|vergiss|vergessen sie|missachte)[^.\n]{0,20}\b(?:anweisungen|instruktionen|regeln|vorgaben)\b/u, /\b(?:prufer|bewerter|gutachter|richter|bewertendes? modell)\b[^.\n]{0,50}\b(?:mit ja|volle punktzahl|bestnote|hochstpunktzahl)\b/u, /\bgib\b[^.\n]{0,25}\b(?:volle punktzahl|bestnote|hochstpunktzahl)\b/u,
];

export function isHostileInOtherLanguage(seen: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(seen));
}
