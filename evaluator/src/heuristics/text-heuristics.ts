import { brokenCharacters } from './broken-characters.ts';
import type { Heuristic } from './heuristic.ts';
import { unexpectedScript } from './unexpected-script.ts';
import { hedge } from './hedge.ts';
import { lazy } from './lazy.ts';
import { promptLeak } from './prompt-leak.ts';
import { wrongLanguage } from './wrong-language.ts';

/** What the words and letters of an answer show. */
export const TEXT_HEURISTICS: readonly Heuristic[] = [wrongLanguage, unexpectedScript, brokenCharacters, lazy, hedge, promptLeak];
