/**
 * Records that are easily damaged on their way. A character from U+E000 to U+E0FF stands for the byte of its last two digits,
 * so that a text can hold what is no UTF-8.
 */
export interface TrickyRecord {
  /** What is tricky about it; also its attribute `case`, by which it is found again. */
  readonly name: string;
  readonly message: string;
  readonly service?: string;
  readonly level?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  /** RFC 3339. */
  readonly timestamp: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentId?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** True where a limit is broken, so that a protocol has to refuse it, or say why it does not. */
  readonly tooLarge?: boolean;
}

const KIB = 1_024;
const MIB = 1_024 * KIB;
const TIME = '2024-02-29T12:34:56.789Z';
const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', parentId: '00f067aa0ba902b7' };

const record = (name: string, fields: Partial<TrickyRecord>): TrickyRecord => ({
  name,
  message: `a message of ${name}`,
  service: 'shop',
  level: 'info',
  timestamp: TIME,
  ...TRACE,
  ...fields,
});
const message = (name: string, text: string): TrickyRecord => record(name, { message: text });
const attributes = (name: string, values: Readonly<Record<string, unknown>>): TrickyRecord =>
  record(name, { attributes: values });

export const TRICKY_RECORDS: readonly TrickyRecord[] = [
  record('nothing special', {}),
  ...(['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const).map((level) => record(`level ${level}`, { level })),
  record('no level', { level: undefined }),
  record('no service', { service: undefined }),
  record('no trace', { traceId: undefined, spanId: undefined, parentId: undefined }),
  record('a trace without a span', { spanId: undefined, parentId: undefined }),
  record('no parent', { parentId: undefined }),
  record('the longest ids', { traceId: 't'.repeat(256), spanId: 's'.repeat(256), parentId: 'p'.repeat(256) }),
  record('ids of any text', { traceId: 'trace/é?#%20 1', spanId: '漢字', parentId: '"quoted"\\' }),
  record('a service of any text', { service: 'Kasse – Füße 🛒' }),

  record('nanoseconds', { timestamp: '2024-02-29T12:34:56.123456789Z' }),
  record('microseconds', { timestamp: '2024-02-29T12:34:56.000001Z' }),
  record('a whole second', { timestamp: '2024-02-29T12:34:56Z' }),
  record('one nanosecond before 1970', { timestamp: '1969-12-31T23:59:59.999999999Z' }),
  record('the beginning of 1970', { timestamp: '1970-01-01T00:00:00Z' }),
  record('the far past', { timestamp: '0001-01-01T00:00:00Z' }),
  record('the far future', { timestamp: '9999-12-31T23:59:59.999999999Z' }),
  record('an offset', { timestamp: '2024-03-01T00:04:56.5+05:30' }),

  message('an empty message', ''),
  message('blanks only', ' \t '),
  message('many lines', 'Error: gone\n    at pay (/app/pay.js:7:3)\r\n    at main\n\nCaused by: nothing\n'),
  message('scripts of many peoples', 'Füße 漢字 कार्य 한국어 العربية עברית ไทย ελληνικά кириллица'),
  message('characters beyond U+FFFF', '🚀👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿 𝕬 \u{10ffff}'),
  message('composed and decomposed', 'é é Å Å'),
  message('invisible characters', '\ufeffbyte order mark\u200b\u200d\u2028\u2029\u202e\u00ad\ufffe\uffff'),
  message('control characters', Array.from({ length: 31 }, (_, i) => String.fromCharCode(i + 1)).join('') + '\x7f\x80\x9f'),
  message('colours of a terminal', '\x1b[31mred\x1b[0m'),
  message('a replacement character of its own', 'what was \ufffd here'),
  message('quotes and backslashes', `"double" 'single' \`back\` \\n \\u0041 \\\\ \\`),
  message('JSON', '{"message":"inner","level":"fatal","streams":[{}]}'),
  message('SQL and shell', `'; DROP TABLE logs; -- $(reboot) %s %n \${jndi:ldap://x}`),
  message('a line of a bulk request', '{"index":{}}\n{"message":"smuggled"}\n'),
  message('the longest message', 'm'.repeat(MIB)),
  message('bytes that are no UTF-8', 'a\ue0ffb\ue080\ue0c3'),
  message('U+0000', 'a\0b'),
  message('half of a surrogate pair', 'a\ud83db\ude80'),

  attributes('typed attributes', {
    count: 3,
    ratio: -1.5e-7,
    ok: true,
    off: false,
    list: [1, 'two', [], {}],
    deep: { a: { b: [null] } },
  }),
  attributes('large and small numbers', { large: 9_007_199_254_740_991, huge: 1.5e300, tiny: 5e-324, negative: -42 }),
  attributes('names of any text', {
    'with space': 'a',
    'dotted.name.x': 'b',
    'ключ 🔑': 'c',
    '$@"\\{}': 'd',
    UPPER: 'e',
    '0': 'f',
  }),
  attributes(
    'names that objects have',
    JSON.parse('{"__proto__":"a","constructor":"b","toString":"c","hasOwnProperty":"d"}') as Record<string, string>,
  ),
  attributes('empty and blank values', { empty: '', blank: ' ', line: '\n' }),
  attributes('the longest name', { ['n'.repeat(256)]: 'v' }),
  attributes('the longest value', { long: 'v'.repeat(64 * KIB) }),
  attributes('many attributes', Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a${i}`, `v${i}`]))),
  attributes('a value that is no UTF-8', { bytes: '\ue0f0\ue09f' }),
  attributes('JSON as a value', { json: '{"a":[1]}' }),

  { ...message('a message that is too long', 'm'.repeat(MIB + 1)), tooLarge: true },
  { ...record('an id that is too long', { traceId: 't'.repeat(257) }), tooLarge: true },
  { ...attributes('a value that is too long', { long: 'v'.repeat(64 * KIB + 1) }), tooLarge: true },
  {
    ...attributes('too many attributes', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a${i}`, 'v']))),
    tooLarge: true,
  },
];
