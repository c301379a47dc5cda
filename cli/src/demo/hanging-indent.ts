import { stripVTControlCharacters } from 'node:util';

/** Breaks a line between words so that it fits the columns; what follows the first line is indented. A word that is longer than a line stays whole. */
export function hangingIndent(text: string, columns: number, indent: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() !== '' && widthOf(longer) > columns) {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
