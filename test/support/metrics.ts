/** Values by metric name, summed over labels. */
export type Metrics = Readonly<Record<string, number>>;

/** Reads /metrics (Prometheus' text format). @param address host:port of the HTTP server */
export async function readMetrics(address: string): Promise<Metrics> {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const values: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)$/.exec(line) ?? [];
    if (name !== undefined) values[name] = (values[name] ?? 0) + Number(value);
  }
  return values;
}
