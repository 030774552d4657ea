import { dateOfDays, daysInMonth, daysOfDate } from './calendar.js';

/** Midnight UTC; Date.UTC takes years below 100 for the 20th century. */
function dateOf(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

describe('calendar', () => {
  it('agrees with Date, both ways, on the first and last day of every month of the years 0000-9999', () => {
    const wrong: Date[] = [];
    for (let month = 1; month <= 120_000; month++) {
      for (const day of [0, 1]) {
        const date = dateOf(0, month, day);
        const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()] as const;
        if (y < 0) continue;
        const days = date.getTime() / 86_400_000;
        const back = dateOfDays(days);
        if (daysOfDate(y, m, d) !== days || back.year !== y || back.month !== m || back.day !== d) wrong.push(date);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('agrees with Date on every day around 1970', () => {
    for (let days = -1000; days <= 1000; days++) {
      const { year, month, day } = dateOfDays(days);
      expect(dateOf(year, month, day).getTime()).toBe(days * 86_400_000);
      expect(daysOfDate(year, month, day)).toBe(days);
    }
  });

  it('knows the length of every month, leap years included', () => {
    for (const year of [0, 1, 4, 100, 400, 1900, 2000, 2023, 2024, 9999]) {
      for (let month = 1; month <= 12; month++) {
        expect(daysInMonth(year, month)).toBe(dateOf(year, month + 1, 0).getUTCDate());
      }
    }
    expect([daysInMonth(2024, 0), daysInMonth(2024, 13)]).toEqual([0, 0]);
  });
});
