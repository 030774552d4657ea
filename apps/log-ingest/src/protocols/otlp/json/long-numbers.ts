/** A number of so many characters may hold more digits than a double does. */
const LONG = 16;
const MAY_HOLD_LONG = /[\s:,[]-?\d{15}/;
/** RFC 8259, section 6: what is no number is not to become a text that is one. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;

/**
 * Puts long numbers of a JSON text into quotes, since JSON.parse would round them: nanoseconds since 1970 have 19 digits.
 * All numbers of OTLP/JSON may be written as texts. A text that is no JSON stays none.
 */
export function quoteLongNumbers(text: string): string {
  if (!MAY_HOLD_LONG.test(text)) return text;
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) at = endOfString(text, at);
    else if (c === MINUS || isDigit(c)) {
      let end = at + 1;
      while (isInNumber(text.charCodeAt(end))) end++;
      if (end - at >= LONG && NUMBER.test(text.slice(at, end))) {
        parts.push(text.slice(copied, at), '"', text.slice(at, end), '"');
        copied = end;
      }
      at = end - 1;
    }
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(copied);
}

/** The place of the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === BACKSLASH) at++;
    else if (c === QUOTE) break;
  }
  return at;
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

function isInNumber(c: number): boolean {
  return isDigit(c) || c === MINUS || c === 0x2b || c === 0x2e || c === 0x65 || c === 0x45;
}
