import { plain } from '../words.js';

/** East Asian letters, kana, Hangul and emoji are as wide as the font is high. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NARROW = /[ .,:;'|!iljtf()[\]·]/;
const BROAD = /[A-Zmw@%#&+=<>~—…]/;

/** About how wide a text is, in parts of the font's size: the font is the reader's, so it can only be guessed. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    width += WIDE.test(character) ? 1.05 : NARROW.test(character) ? 0.34 : BROAD.test(character) ? 0.74 : 0.57;
  }
  return width;
}

/** The text as far as it fits, with a sign that more follows. @param width in parts of the font's size */
export function fitted(text: string, width: number): string {
  const line = plain(text);
  if (textWidth(line) <= width) return line;
  let [kept, used] = ['', textWidth('…')];
  for (const character of line) {
    used += textWidth(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The text in lines that fit; the last one says where more would follow. */
export function wrapped(text: string, width: number, mostLines: number): string[] {
  const lines: string[] = [];
  let line = '';
  const words = plain(text).trim().split(' ');
  for (const [index, word] of words.entries()) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || textWidth(longer) <= width) line = longer;
    else if (lines.length === mostLines - 1) return [...lines, fitted([line, ...words.slice(index)].join(' '), width)];
    else {
      lines.push(fitted(line, width));
      line = word;
    }
  }
  return [...lines, fitted(line, width)];
}
