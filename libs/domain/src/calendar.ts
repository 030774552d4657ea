/*
 * The proleptic Gregorian calendar as integer arithmetic, without Date.
 * Years are astronomical (year 0 exists); days count from 1970-01-01.
 */

const DAYS_BEFORE_MONTH = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
const DAYS_IN_MONTH = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Days from 0000-03-01, where the 400-year cycle is counted from, to 1970-01-01. */
const DAYS_FROM_MARCH_0000_TO_1970 = 719_468;

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a month (1-12); 0 for any other month. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month] ?? 0);
}

/** Days from 1970-01-01 to a date of the years 0000-9999. */
export function daysOfDate(year: number, month: number, day: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const leapDayPassed = month > 2 && isLeapYear(year) ? 1 : 0;
  // 719,162 days lie between 0001-01-01 and 1970-01-01.
  return before * 365 + leapDays + (DAYS_BEFORE_MONTH[month] ?? 0) + leapDayPassed + day - 1 - 719_162;
}

/**
 * The date of a day counted from 1970-01-01.
 *
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
export function dateOfDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + DAYS_FROM_MARCH_0000_TO_1970;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Months counted from March, so that the leap day comes last in the year.
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
