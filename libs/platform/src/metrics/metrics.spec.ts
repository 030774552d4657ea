import { Metrics } from './metrics.js';

/** Units that Prometheus' naming rules want spelled out, as promtool checks them. */
const ABBREVIATED_UNITS = /_(s|ms|us|ns|sec|kb|mb|gb|b)(_|$)/;

describe('Metrics', () => {
  const metrics = new Metrics();

  it('have names and help texts that promtool takes', async () => {
    for (const metric of await metrics.registry.getMetricsAsJSON()) {
      const type = String(metric.type);
      expect(metric.name).toMatch(/^rootspan_[a-z0-9_]+$/);
      expect(metric.help).not.toBe('');
      expect([metric.name, ABBREVIATED_UNITS.test(metric.name)]).toEqual([metric.name, false]);
      expect([metric.name, metric.name.endsWith('_total')]).toEqual([metric.name, type === 'counter']);
      if (type === 'gauge') {
        expect(metric.name).not.toMatch(/_(count|sum|bucket)$/);
      }
    }
  });

  it('are printed with what was counted', async () => {
    metrics.accepted.inc(3);
    metrics.observeLag(() => [{ topic: 'a', partition: 0, offsets: 12n }]);
    metrics.queryLatency.observe({ rpc: 'getLogs', code: 'ok' }, 0.02);
    const text = await metrics.registry.metrics();
    expect(text).toContain('rootspan_records_accepted_total 3');
    expect(text).toContain('rootspan_consumer_lag_messages{topic="a",partition="0"} 12');
    expect(text).toContain('rootspan_query_duration_seconds_count{rpc="getLogs",code="ok"} 1');
    expect(text).toContain('rootspan_process_resident_memory_bytes');
  });

  it('forget the lag of a partition that is no longer read', async () => {
    metrics.observeLag(() => [{ topic: 'a', partition: 1, offsets: 3n }]);
    const text = await metrics.registry.metrics();
    expect(text).toContain('rootspan_consumer_lag_messages{topic="a",partition="1"} 3');
    expect(text).not.toContain('rootspan_consumer_lag_messages{topic="a",partition="0"}');
  });

  it('are apart for each registry', async () => {
    expect(await new Metrics().registry.metrics()).toContain('rootspan_records_accepted_total 0');
  });
});
