import { formatInstant } from '../format-instant.js';
import { parseTime } from './time-expression.js';

const NOW = { seconds: Date.UTC(2026, 0, 31, 12) / 1000, nanos: 5 };

describe('a time', () => {
  it.each([
    ['now', '2026-01-31T12:00:00.000000005Z'],
    ['-1h', '2026-01-31T11:00:00.000000005Z'],
    ['now-1h', '2026-01-31T11:00:00.000000005Z'],
    ['-1d12h', '2026-01-30T00:00:00.000000005Z'],
    ['+90s', '2026-01-31T12:01:30.000000005Z'],
    ['-1w', '2026-01-24T12:00:00.000000005Z'],
    ['-250ms', '2026-01-31T11:59:59.750000005Z'],
    ['1769860800', '2026-01-31T12:00:00Z'],
    ['0', '1970-01-01T00:00:00Z'],
    ['1769860800123', '2026-01-31T12:00:00.123Z'],
    ['1769860800123456', '2026-01-31T12:00:00.123456Z'],
    ['1769860800123456789', '2026-01-31T12:00:00.123456789Z'],
    ['2026-01-31', '2026-01-31T00:00:00Z'],
    ['2026-01-31T13:00:00+01:00', '2026-01-31T12:00:00Z'],
  ])('%s is %s', (text, expected) => {
    const outcome = parseTime(text, NOW);
    expect(outcome.ok && formatInstant(outcome.instant)).toBe(expected);
  });

  it.each([
    '',
    '-',
    '-1',
    '-1y',
    '-h',
    '-1h2',
    '- 1h',
    'now-',
    'nowhere',
    '-1H',
    'yesterday',
    '1.5',
    '9'.repeat(21),
    '-999999999w',
    '2026-13-01',
  ])('is not %j, and what to write is said', (text) => {
    expect(parseTime(text, NOW)).toEqual({ ok: false, reason: expect.stringMatching(/write/) });
  });
});
