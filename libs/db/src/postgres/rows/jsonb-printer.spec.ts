import fc from 'fast-check';
import { startPostgresUnderTest, type PostgresUnderTest } from '../../conformance/postgres-under-test.js';
import { CopyBuffer } from '../copy/copy-buffer.js';
import { JsonbPrinter } from './jsonb-printer.js';

const space = fc.constantFrom('', '', ' ', '\n\t', ' \r ');
const escape = fc.constantFrom('\\n', '\\"', '\\\\', '\\/', '\\u00e9', '\\u0007', '\\u001F', '\\ud83d\\ude00', '\\b\\f\\r\\t');
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '漢', '😀', ' ', ':', ',', '{', ']', '\u007f'), maxLength: 5 });
const string = fc
  .array(fc.oneof({ weight: 3, arbitrary: letters }, escape), { maxLength: 3 })
  .map((parts) => `"${parts.join('')}"`);
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.constantFrom('0', '7', '120', '98765432109876543210'),
    fc.constantFrom('', '', '.0', '.5', '.50', '.00012'),
    fc.constantFrom('', '', '', 'e0', 'E5', 'e+06', 'e-7', 'e-1', 'e2', 'e300', 'e-300'),
  )
  .map((parts) => parts.join(''));
const scalar = fc.oneof(string, number, fc.constantFrom('true', 'false', 'null'));

/** Texts of JSON, with spaces between their parts. */
function listOf(open: string, part: fc.Arbitrary<string>, close: string): fc.Arbitrary<string> {
  return fc
    .array(
      fc.tuple(space, part, space).map((parts) => parts.join('')),
      { maxLength: 6 },
    )
    .chain((parts) => space.map((inner) => `${open}${parts.length === 0 ? inner : parts.join(',')}${close}`));
}
function objectOf(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const key = letters.map((text) => `"${text}"`);
  return listOf(
    '{',
    fc.tuple(key, space, fc.constant(':'), space, value).map((parts) => parts.join('')),
    '}',
  );
}
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalar, listOf('[', tie('value'), ']'), objectOf(tie('value'))),
}));

const target = new CopyBuffer();
const printer = new JsonbPrinter(target);
/** Null where only the server knows. */
function printed(text: string): string | null {
  const source = Buffer.from(`xx${text}yy`);
  target.length = 0;
  return printer.print(source, 2, source.length - 2) ? target.bytes.toString('utf8', 0, target.length) : null;
}

describe('JSON as the server prints it', () => {
  let postgres: PostgresUnderTest;
  beforeAll(async () => (postgres = await startPostgresUnderTest()), 60_000);
  afterAll(async () => postgres.close(), 60_000);
  const byServer = async (texts: readonly string[]): Promise<string[]> => {
    const text = 'SELECT each::jsonb::text AS printed FROM unnest($1::text[]) WITH ORDINALITY AS of (each, place) ORDER BY place';
    return (await postgres.database.query<{ printed: string }>({ text, values: [texts] })).map((row) => row.printed);
  };

  it('is known of every text, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(objectOf(value), { minLength: 20, maxLength: 60 }), async (texts) => {
        expect(texts.map(printed)).toEqual(await byServer(texts));
      }),
      { numRuns: 150 },
    );
  });

  it('is left to the server where keys have escapes, numbers would be very long, and objects lie deep', () => {
    const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect([printed('{"\\u0061":1}'), printed('{"a":1e500}'), printed(deep(100))]).toEqual([null, null, null]);
    expect(printed(deep(3))).toBe('{"a": {"a": {"a": 1}}}');
  });

  it('is not known of what is no JSON', () => {
    fc.assert(
      fc.property(objectOf(value), fc.nat(), fc.nat(255), (text, place, byte) => {
        const broken = Buffer.from(text);
        broken[place % broken.length] = byte;
        // Ends, whatever it says.
        try {
          printed(broken.toString('latin1'));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
    );
  });
});
