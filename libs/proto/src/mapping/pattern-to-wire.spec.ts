import { patternOf } from '#domain';
import { Pattern, PatternHour, PatternTrace } from '../generated/query.js';
import { patternHourToWire, patternToWire, patternTraceToWire } from './pattern-to-wire.js';

const TIME = { seconds: 1_744_813_800, nanos: 0 };
const PATTERN = {
  ...patternOf({ causeService: 'inventory', causeMessage: 'Timeout after 3,000 ms', chain: ['inventory', 'payments'] }),
  firstSeen: TIME,
  lastSeen: { ...TIME, nanos: 5_000_000 },
  traceCount: 7,
  state: 'open',
  resolvedAt: null,
  regressedAt: null,
  regressions: 0,
  sampleTraceIds: ['abc123'],
};

describe('patternToWire', () => {
  it('prints times as the contract does, and none where there is none', () => {
    expect(patternToWire(PATTERN)).toEqual({
      id: PATTERN.id,
      title: 'inventory: Timeout after <dur>',
      template: 'Timeout after <dur>',
      service: 'inventory',
      services: ['inventory', 'payments'],
      firstSeen: '2025-04-16T14:30:00Z',
      lastSeen: '2025-04-16T14:30:00.005Z',
      traceCount: 7,
      state: 'open',
      resolvedAt: '',
      regressedAt: '',
      regressions: 0,
      sampleTraceIds: ['abc123'],
    });
    expect(patternToWire({ ...PATTERN, resolvedAt: TIME, regressedAt: TIME })).toMatchObject({
      resolvedAt: '2025-04-16T14:30:00Z',
      regressedAt: '2025-04-16T14:30:00Z',
    });
  });

  it('makes messages that the generated codec carries unchanged', () => {
    const wire = patternToWire({ ...PATTERN, traceCount: 2 ** 40 });
    expect(Pattern.decode(Pattern.encode(wire).finish())).toEqual(wire);
  });
});

describe('The traces and hours of a pattern', () => {
  it('go over the wire unchanged', () => {
    const trace = patternTraceToWire({ traceId: 't', firstErrorTime: TIME, rootSpanId: 's', errorCount: 1, spanCount: 2 });
    expect(PatternTrace.decode(PatternTrace.encode(trace).finish())).toEqual({
      ...trace,
      firstErrorTime: '2025-04-16T14:30:00Z',
    });
    const hour = patternHourToWire({ start: { ...TIME, seconds: TIME.seconds - 1_800 }, traceCount: 3 });
    expect(PatternHour.decode(PatternHour.encode(hour).finish())).toEqual({ start: '2025-04-16T14:00:00Z', traceCount: 3 });
  });
});
