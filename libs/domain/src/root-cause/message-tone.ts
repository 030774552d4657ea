/*
 * What a record below error says of the work it belongs to. Words of many loggers, English only; used to weigh, never alone.
 * All texts are in lower case.
 */

const TROUBLE =
  /fail|error|deadline|exceeded|expired|abort|reject|declin|denied|unable|could not|couldn't|cannot|cancel|roll(?:ing|ed)? ?back|time-?d? ?out|gave up|giving up|exception|unavailable|refused|unsuccess|retry|retri|attempt|compensat|\b5\d\d\b|not ok|unhealthy|dropped|broken|lost/;

/** The sender says that it goes on without what failed. */
const HANDLED =
  /fall(?:ing|s|en)? ?-?back|fallback|using (?:a |the |an )?(?:\w+ )?(?:cache|cached|default|defaults|stale|backup|previous|secondary|replica|estimate)|\bcached\b|served from|continu(?:e|es|ed|ing)|proceed(?:s|ed|ing)?|ignor(?:e|ed|ing)|skipp(?:ed|ing)|degraded|recovered|(?:succeeded|ok|success|successful) (?:on|after|at)|(?:attempt|retry)(?: \S+)?(?: of \d+)? (?:was )?(?:succe|ok\b|worked)|without (?:it|them|recommend|\w+s\b)|non-?critical|best.effort|optional|switch(?:ed|ing) (?:over )?to|instead/;

const FALLBACK = /fall(?:ing|s|en)? ?-?back|degraded|default|circuit/;

const FINISHED =
  /\bcomplete[sd]?\b|completed|finished|\bdone\b|succe(?:ss|eded)|respond(?:ed|ing)|respon(?:se|d) sent|sent (?:the )?(?:response|reply)|\b20[0-6]\b|\bok\b|\bserved\b|\bcommitted\b|\btook \d|returned|returning|\bprocessed\b|\bhandled\b|\b(?:end|ended|ends|exit|out|stopped|closed|replied|answered|left)$/;

const UNFINISHED =
  /\b(?:start(?:s|ed|ing)?|beg[aiu]n(?:ning)?|received|accepted|waiting|await|acquir|call(?:ing|s)\b|connecting|fetching|loading|processing|querying|executing|running|requesting|still|pending|in progress|slow|lock|blocked|queued|enqueue|scheduled|incoming|handling|select|update|insert|get|post|put)/;

const GERUND = /^\W*(?:\[?[\w.-]+\]? ){0,1}[a-z]{2,}ing\b/;
const PAST = /\b[a-z]{3,}ed\b/;

/** Says that the sender goes on without what failed. */
export function saysHandled(text: string): boolean {
  return HANDLED.test(text);
}

/** Says that something failed and that the work goes on without it: "reviews failed, using default". */
export function saysFallback(text: string): boolean {
  return HANDLED.test(text) && (TROUBLE.test(text) || FALLBACK.test(text));
}

/** Says that something failed, is being tried again or is being undone. */
export function saysTrouble(text: string): boolean {
  return TROUBLE.test(text) && !HANDLED.test(text);
}

/** Says that work ended well. */
export function saysEndedWell(text: string): boolean {
  return HANDLED.test(text) || (FINISHED.test(text) && !TROUBLE.test(text));
}

/**
 * How much the last thing that a span said sounds like the end of its work: `finished` ("200 OK in 12 ms"), `maybe` ("stock
 * loaded"), `unfinished` ("waiting for lock", "POST /charge").
 */
export function completion(text: string): 'finished' | 'maybe' | 'unfinished' {
  if (GERUND.test(text)) return 'unfinished';
  if (FINISHED.test(text) && !TROUBLE.test(text) && !/not |never/.test(text)) return 'finished';
  if (UNFINISHED.test(text)) return 'unfinished';
  return PAST.test(text) ? 'maybe' : 'unfinished';
}

/** Says that something is slow or short: "slow query took 2.9 s", "pool exhausted", "queue is full". */
export function saysStrain(text: string): boolean {
  return /\bslow|\btook \d|exhaust|\bfull\b|saturat|\bwait(?:ing|ed)\b|\block|contention|backlog|\blag\b|high (?:latency|load|memory|cpu)|gc pause|thrott|\blimit|\bretr(?:y|ies)|\bstall|\bdelay|blocked|degraded|\bmemory\b/.test(
    text,
  );
}
