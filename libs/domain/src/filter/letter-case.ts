/*
 * Letter case is compared one character at a time, by the simple mappings of Unicode: `ä` is `Ä`, but `ß` is not `SS`.
 * Letters of ASCII are like letters of ASCII only (`k` is not the Kelvin sign). So a text can be written as a list of sets of
 * characters, which means the same in every engine and under every locale.
 */

/** The characters that count as this one, itself first. @param character one code point */
export function caseVariants(character: string): readonly string[] {
  const lower = character.toLowerCase();
  const upper = character.toUpperCase();
  if (isAscii(character)) return [...new Set([character, lower, upper])];
  const all = [character, lower, upper, upper.toLowerCase(), lower.toUpperCase()];
  return [...new Set(all)].filter((one) => isOneCharacter(one) && (one === character || !isAscii(one)));
}

/** The text with its ASCII letters in lower case, and nothing else changed. */
export function asciiLowerCase(text: string): string {
  return isAscii(text) ? text.toLowerCase() : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function isOneCharacter(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}
