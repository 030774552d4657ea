const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000 };
const WAIT =
  /(?:after|of|within|exceeded|waited|timeout|time-out|timed out|limit|in)\W{0,4}(?:\w+ ){0,2}?(\d[\d,_]*(?:\.\d+)?)\s*(ms|millis\w*|s|secs?|seconds?|m|mins?|minutes?)\b/;
const ISO = /\bpt(\d+(?:\.\d+)?)s\b/;

/** How long a time-out's text (lower case) says that was waited, in ms: `timeout of 3000ms exceeded`, `after 3s`, `PT3S`; null where it does not. */
export function waitedMs(text: string): number | null {
  const iso = ISO.exec(text)?.[1];
  if (iso !== undefined) return Number(iso) * 1000;
  const found = WAIT.exec(text);
  const [digits, unit] = [found?.[1], found?.[2]];
  if (digits === undefined || unit === undefined) return null;
  const scale = unit.startsWith('ms') || unit.startsWith('milli') ? 1 : (UNIT_MS[unit.charAt(0)] ?? 1);
  const value = Number(digits.replace(/[,_]/g, '')) * scale;
  return Number.isFinite(value) && value > 0 ? value : null;
}
