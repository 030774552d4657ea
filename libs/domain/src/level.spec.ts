import {
  ERROR_SEVERITY,
  levelByWireNumber,
  levelOfSeverity,
  SEVERITY_BY_WIRE_LEVEL,
  severityOfLevel,
  type Level,
} from './level.js';

const LEVELS: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

describe('level', () => {
  it('gives each level the lowest severity number of its OpenTelemetry range', () => {
    expect(LEVELS.map(severityOfLevel)).toEqual([1, 5, 9, 13, 17, 21]);
  });

  it('reads the six ranges of four severity numbers back as levels', () => {
    for (let severity = 1; severity <= 24; severity++) {
      expect(levelOfSeverity(severity)).toBe(LEVELS[Math.floor((severity - 1) / 4)]);
    }
  });

  it('takes numbers outside 1-24 for the nearest level', () => {
    expect([levelOfSeverity(0), levelOfSeverity(-3), levelOfSeverity(25)]).toEqual(['trace', 'trace', 'fatal']);
  });

  it('counts error and fatal as errors, and nothing below', () => {
    expect(LEVELS.filter((level) => severityOfLevel(level) >= ERROR_SEVERITY)).toEqual(['error', 'fatal']);
  });

  it('knows the numbers of the wire enum, which are not in order of severity', () => {
    expect([0, 1, 2, 3, 4, 5].map(levelByWireNumber)).toEqual(['info', 'debug', 'warn', 'error', 'fatal', 'trace']);
    expect(SEVERITY_BY_WIRE_LEVEL).toEqual([9, 5, 13, 17, 21, 1]);
  });

  it('knows no level for other numbers', () => {
    expect([-1, 6, 1.5, Number.NaN].map(levelByWireNumber)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
