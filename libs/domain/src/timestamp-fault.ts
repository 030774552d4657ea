/** What is wrong with a timestamp. `timestampFaultText` says it in words. */
export type TimestampFault =
  | 'date'
  | 'month'
  | 'day'
  | 'separator'
  | 'time'
  | 'hour'
  | 'minute'
  | 'second'
  | 'leap-second'
  | 'fraction'
  | 'fraction-too-long'
  | 'zone'
  | 'offset'
  | 'trailing'
  | 'range';

const FORM = 'expected YYYY-MM-DDThh:mm:ss[.fraction][Z or +hh:mm], for example 2025-04-16T14:30:00Z';

const PROBLEM: Readonly<Record<TimestampFault, string>> = {
  date: 'must begin with a date YYYY-MM-DD',
  month: 'month must be 01-12',
  day: 'day must exist in its month',
  separator: 'date must be followed by T or a space and the time',
  time: 'time must be hh:mm:ss',
  hour: 'hour must be 00-23',
  minute: 'minute must be 00-59',
  second: 'second must be 00-60',
  'leap-second': 'second 60 is possible only in minute 59 of a UTC hour',
  fraction: 'fraction must have 1-9 digits after its point',
  'fraction-too-long': 'fraction must have at most 9 digits (nanoseconds)',
  zone: 'zone must be Z, +hh:mm, -hh:mm, +hhmm or +hh',
  offset: 'zone offset must be within 23:59',
  trailing: 'has characters after its end',
  range: 'must lie in the years 0001-9999 in UTC',
};

/** What is wrong and the expected form; reads on after a field's name: `month must be 01-12: expected ...`. */
export function timestampFaultReason(fault: TimestampFault): string {
  return `${PROBLEM[fault]}: ${FORM}`;
}

/** The same as a sentence without a full stop: `timestamp month must be 01-12: expected ...`. */
export function timestampFaultText(fault: TimestampFault): string {
  return `timestamp ${timestampFaultReason(fault)}`;
}
