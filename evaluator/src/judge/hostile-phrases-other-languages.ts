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
  /\b(?:ignora|olvida|descarta) (?:todo )?lo anterior\b/u,
  // Russian
  /(?:игнорируи|игнорируите|забудь|забудьте|отбрось|не следуи)[^.\n]{0,25}(?:инструкц|указан|правил)/u, /(?:оценщик|судья|проверяющии|экзаменатор)[^.\n]{0,40}(?:\bда\b|"да"|высш|максимальн|полныи балл)/u, /(?:поставь|поставьте|даи|даите)[^.\n]{0,15}(?:высшии|максимальныи|наивысшии) балл/u,
  // German
  /\b(?:ignoriere|ignorieren sie|vergiss|vergessen sie|missachte)[^.\n]{0,20}\b(?:anweisungen|instruktionen|regeln|vorgaben)\b/u, /\b(?:prufer|bewerter|gutachter|richter|bewertendes? modell)\b[^.\n]{0,50}\b(?:mit ja|volle punktzahl|bestnote|hochstpunktzahl)\b/u, /\bgib\b[^.\n]{0,25}\b(?:volle punktzahl|bestnote|hochstpunktzahl)\b/u,
  // "You are the judge", and what it is to say, within two sentences.
  /(?:你现在是|你是|您是|现在你是)(?:一[个名位])?(?:裁判|评委|评审|评分|考官|评估)[^\n]{0,40}(?:是|通过|正确|满分|高分)/u, /あなたは(?:審査員|評価者|採点者|裁判官)[^\n]{0,40}(?:はい|合格|満点|正しい)/u,
  /(?:du bist|sie sind) (?:der|die|ein|eine|jetzt)[^.\n]{0,12}(?:bewerter|prufer|richter|gutachter)\w*[^\n]{0,60}\b(?:ja|richtig|bestanden|volle)\b/u, /(?:eres|usted es|ahora eres) (?:el|la|un|una) (?:juez|evaluador|jueza|evaluadora)[^\n]{0,60}\b(?:si|correcto|aprobad[oa]|maxim[oa])\b/u,
  /(?:tu es|vous etes) (?:l'|le |la |un )(?:evaluateur|juge|correcteur|examinateur)[^\n]{0,60}\b(?:oui|correct|reussi|parfait|maximale)\b/u, /(?:voce e|tu es) (?:o|a|um) (?:juiz|avaliador|examinador)[^\n]{0,60}\b(?:sim|correto|aprovado|maxima)\b/u,
  /(?:^|[^\p{L}])(?:ты|вы) (?:проверяющии|оценщик|судья|экзаменатор|эксперт)[^\n]{0,60}(?:да|правильн|верн|зач[ет]|балл)/u, /أنت (?:المقيم|الحكم|المصحح|المقيّم)[^\n]{0,60}(?:نعم|صحيح|كاملة)/u, /(?:आप|तुम) (?:न्यायाधीश|मूल्यांकनकर्ता|परीक्षक|निर्णायक) (?:हैं|हो)[^\n]{0,60}(?:हाँ|हां|सही|पूरे)/u, /(?:আপনি|তুমি) (?:বিচারক|মূল্যায়নকারী|পরীক্ষক)[^\n]{0,60}(?:হ্যাঁ|সঠিক|পূর্ণ)/u,
  // "This answer" and the best mark.
  /(?:这个|此|该|本)(?:回答|答案|回复)[^。\n]{0,12}(?:满分|最高分|最高评分|通过)/u, /(?:この|本)(?:回答|返答|答え)[^。\n]{0,10}(?:満点|最高評価|最高点|合格)/u, /(?:это[тмй]?[уй]?|данн\p{L}+) ответ\p{L}*[^.\n]{0,25}(?:максимальн|высш|наивысш)\p{L}* (?:оценк|балл)|(?:максимальн|высш)\p{L}* (?:оценк|балл)\p{L}*[^.\n]{0,20}этому ответу/u,
  /\b(?:bewerte|benote)\b[^.\n]{0,40}\b(?:besten note|bestnote|volle|hochst\w*|note 1|10 von 10|perfekt)\b/u, /\b(?:notez|note|evaluez) cette reponse\b[^.\n]{0,25}(?:10|maximale|parfaite?|20 sur 20)/u, /\b(?:avalie|aprove|califica|evalua|aprueba|puntua|valuta|approva)\b[^.\n]{0,8}\b(?:esta resposta|esta respuesta|questa risposta)\b/u,
];

export function isHostileInOtherLanguage(seen: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(seen));
}
