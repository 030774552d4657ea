import { ReadinessRegistry, type CheckOutcome } from './readiness.js';

const passing = (name: string) => ({ name, check: () => Promise.resolve<CheckOutcome>({ ok: true }) });

describe('Readiness', () => {
  it('is given where every check passes, and where there is none', async () => {
    const readiness = new ReadinessRegistry();
    expect(await readiness.read()).toEqual({ ready: true, checks: {} });
    readiness.add(passing('Kafka'));
    readiness.add({ name: 'database', check: () => Promise.resolve({ ok: true, detail: 'PostgreSQL 18' }) });
    expect(await readiness.read()).toEqual({
      ready: true,
      checks: { Kafka: { ok: true }, database: { ok: true, detail: 'PostgreSQL 18' } },
    });
  });

  it('is missing where a check fails, rejects or hangs', async () => {
    const readiness = new ReadinessRegistry({ checkTimeoutMs: 30, cacheMs: 0 });
    readiness.add({ name: 'fails', check: () => Promise.resolve({ ok: false, reason: 'No broker answers.' }) });
    readiness.add({ name: 'rejects', check: () => Promise.reject(new Error('refused')) });
    readiness.add({ name: 'hangs', check: () => new Promise(() => undefined) });
    readiness.add(passing('fine'));
    expect(await readiness.read()).toEqual({
      ready: false,
      checks: {
        fails: { ok: false, reason: 'No broker answers.' },
        rejects: { ok: false, reason: 'refused' },
        hangs: { ok: false, reason: 'No answer within 30 ms.' },
        fine: { ok: true },
      },
    });
  });

  it('asks once for all who ask at the same time', async () => {
    let asked = 0;
    const readiness = new ReadinessRegistry({ checkTimeoutMs: 1_000, cacheMs: 60_000 });
    readiness.add({ name: 'counted', check: () => Promise.resolve({ ok: true, detail: String(++asked) }) });
    await Promise.all([readiness.read(), readiness.read()]);
    await readiness.read();
    expect(asked).toBe(1);
  });

  it('never comes back once the program drains', async () => {
    const readiness = new ReadinessRegistry();
    readiness.drain('The program is shutting down.');
    expect(await readiness.read()).toEqual({
      ready: false,
      checks: { shutdown: { ok: false, reason: 'The program is shutting down.' } },
    });
  });

  it('refuses two checks of one name and lets a check go', async () => {
    const readiness = new ReadinessRegistry();
    const remove = readiness.add({ name: 'Kafka', check: () => Promise.resolve({ ok: false, reason: 'away' }) });
    expect(() => readiness.add(passing('Kafka'))).toThrow('"Kafka" already');
    remove();
    expect((await readiness.read()).ready).toBe(true);
  });
});
