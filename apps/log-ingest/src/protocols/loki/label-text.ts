/** One label or a piece of structured metadata. */
export type Label = readonly [name: string, value: string];

/** Far beyond what a record may have; more are not read, so that a body can't make objects without end. */
export const MAX_LABELS = 10_000;

const NAME = /\s*([\p{L}_][\p{L}\p{N}_.:/-]*)\s*=\s*/uy;
const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/**
 * Reads a stream's labels as Loki's protobuf carries them: `{app="shop", host="a\"b"}`, values quoted as Go does.
 *
 * Source: grafana/loki pkg/logproto/logproto.proto (StreamAdapter.labels), Prometheus's label syntax, Go's strconv.Quote.
 * @returns null where the text is no such list
 */
export function parseLabels(text: string): readonly Label[] | null {
  const inner = /^\s*\{([^]*)\}\s*$/.exec(text)?.[1];
  if (inner === undefined) return null;
  const labels: Label[] = [];
  let at = 0;
  while (inner.slice(at).trim() !== '') {
    NAME.lastIndex = at;
    const name = NAME.exec(inner)?.[1];
    if (name === undefined) return null;
    const start = NAME.lastIndex;
    const end = endOfQuoted(inner, start);
    const value = end === 0 ? null : unquoted(inner.slice(start, end));
    if (value === null || labels.length === MAX_LABELS) return null;
    labels.push([name, value]);
    const comma = /\s*(,|$)/y;
    comma.lastIndex = end;
    if (!comma.test(inner)) return null;
    at = comma.lastIndex;
  }
  return labels;
}

/** Where the quoted text that begins at `start` ends; 0 where there is none. */
function endOfQuoted(text: string, start: number): number {
  const quote = text[start];
  if (quote === '`') return text.indexOf('`', start + 1) + 1;
  if (quote !== '"') return 0;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return 0;
}

function unquoted(quoted: string): string | null {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith('`') || !inner.includes('\\')) return inner;
  let fault = false;
  const text = inner.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]?))/g,
    (_, x?: string, u?: string, long?: string, octal?: string, other = '') => {
      const digits = x ?? u ?? long;
      const code = digits !== undefined ? Number.parseInt(digits, 16) : octal !== undefined ? Number.parseInt(octal, 8) : null;
      if (code !== null) {
        fault ||= code > 0x10ffff;
        return code > 0x10ffff ? '' : String.fromCodePoint(code);
      }
      const character = ESCAPES[String(other)] ?? (/["'\\`]/.test(String(other)) ? String(other) : null);
      fault ||= character === null;
      return character ?? '';
    },
  );
  return fault ? null : text;
}
