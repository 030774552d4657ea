/*
 * Random ids without a digit. One in thirty ids of eleven characters in base 36 has none, and each would make a pattern of
 * its own; real words must stay. So runs of letters are weighed by how often one letter follows another in real words.
 */

/**
 * How surprising it is that one letter follows another: minus the binary logarithm of its share among the letters that
 * follow, rounded, 9 at most. A line for each first letter, a digit for each second one. Counted over the 12,000 different
 * words, parts of names included, in the documentation and declarations of some 500 packages.
 */
const SURPRISE = [
  '64447658596353959343667868',
  '34453587478378479446499969',
  '36563693494599289563599979',
  '35542577389587489547578979',
  '46435568798453757335867578',
  '35453389299477399466499959',
  '38782754399464489357498978',
  '28982899398766389465498969',
  '56455559997452369544959795',
  '27772997387899379737376999',
  '37772775387595469636596959',
  '37762898297388379955579939',
  '25972999398758438857599989',
  '48443628486785579733669979',
  '66557668686442559345455779',
  '39883885498388349254599979',
  '97999999499499669677096997',
  '37552769396656379544568959',
  '59483794396667448842487969',
  '39682884299688489345598959',
  '54564659597342749333999887',
  '39791879299899499968789999',
  '29773994397574389448897899',
  '47463785389667629962689679',
  '35564769496454429635576966',
  '38981995398779479977699955',
] as const;

/** Mean surprise from which letters are random: words lie below it (99 % of those counted), random letters above (94 %). */
const RANDOM = 4.9;
/** Abbreviations and short names are unusual too. */
const RANDOM_CAPITALS = 5.4;
const RANDOM_SHORT = 5.8;
const LONG = 8;
const SHORT = 6;

/** Real words that consist of hex digits, of six or seven letters. */
const HEX_WORDS = 'accede acceded beaded bedded decade deeded deface defaced efface effaced facade';
/** Names that are no words. */
const NAMES =
  'bullmq bsdglob cygwin dbname ejbql fsync fdatasync gcloud hmmss jsdocs kafkajs kubectl kubelet libxml libxslt lmdbx mkdtemp mqtts ' +
  'mysqld netbsd openpgp openssl pgbouncer pgpool pgsql postgresql psycopg rabbitmq rhythm rhythms rrggbb srcset sqlx sqlexception tmpdir tmpfs tzdata ' +
  'whatwg xmlns yyyymmdd zlib';
const WORDS = new Set(`${HEX_WORDS} ${NAMES}`.split(' '));

/** True for a run of ASCII letters that looks drawn by lot: an id, not a word or a name. */
export function looksRandom(letters: string): boolean {
  if (letters.length < SHORT || WORDS.has(letters.toLowerCase())) return false;
  if (/^(?:[a-f]+|[A-F]+)$/.test(letters)) return true;
  const long = letters.length >= LONG;
  if (letters === letters.toUpperCase()) return long && meanSurprise(letters) >= RANDOM_CAPITALS;
  return meanSurprise(letters) >= (long ? RANDOM : RANDOM_SHORT) || (long && caseChanges(letters) * 2 >= letters.length);
}

/** Steps between a small letter and a capital, in either direction. */
function caseChanges(letters: string): number {
  let changes = 0;
  for (let i = 1; i < letters.length; i++) if (isSmall(letters, i) !== isSmall(letters, i - 1)) changes++;
  return changes;
}

/** Over the pairs of letters; a pair across a hump (`nodeJsHttp`) is none of a word. */
function meanSurprise(letters: string): number {
  let pairs = 0;
  let sum = 0;
  for (let i = 1; i < letters.length; i++) {
    if (isSmall(letters, i - 1) && !isSmall(letters, i)) continue;
    pairs++;
    sum += Number(SURPRISE[place(letters, i - 1)]?.charAt(place(letters, i)) ?? 0);
  }
  return pairs === 0 ? 0 : sum / pairs;
}

/** 0 for a and A. */
function place(letters: string, index: number): number {
  return (letters.charCodeAt(index) | 0x20) - 0x61;
}

function isSmall(letters: string, index: number): boolean {
  return letters.charCodeAt(index) >= 0x61;
}
