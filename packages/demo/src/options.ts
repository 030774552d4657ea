import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly address: string;
  readonly tenant: string;
  /** Minutes of history that are sent at once. */
  readonly minutes: number;
  /** Traces a second, on average. */
  readonly rate: number;
  readonly seed: number;
  /** True: goes on in real time after the history, until it is stopped. */
  readonly follow: boolean;
  /** False: log records only, as of a shop that is not traced. */
  readonly spans: boolean;
  /** Spans of one large trace that is sent too; 0: none. */
  readonly largeTrace: number;
}

export const USAGE = `Fills Rootspan with the traffic of a shop of eight services that fails in five ways.

  npm run demo -- [options]

  --address HOST:PORT   gRPC server (127.0.0.1:50051)
  --tenant NAME         whose records
  --minutes N           minutes of history (60)
  --rate N              traces a second (3)
  --follow              go on in real time until Ctrl-C
  --logs-only           no spans, as of a shop that is not traced
  --large-trace SPANS   also one trace of so many spans
  --seed N              the same seed tells the same story (1)
`;

/** @throws Error in words for people */
export function optionsOf(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      address: { type: 'string', default: '127.0.0.1:50051' },
      tenant: { type: 'string', default: '' },
      minutes: { type: 'string', default: '60' },
      rate: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      'logs-only': { type: 'boolean', default: false },
      follow: { type: 'boolean', default: false },
      'large-trace': { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    address: values.address,
    tenant: values.tenant,
    minutes: numberOf('--minutes', values.minutes, 10_080),
    rate: numberOf('--rate', values.rate, 1_000),
    seed: numberOf('--seed', values.seed, 4_294_967_295),
    follow: values.follow,
    spans: !values['logs-only'],
    largeTrace: numberOf('--large-trace', values['large-trace'], 19_000),
  };
}

function numberOf(name: string, text: string, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw new Error(`${name} is a number from 0 to ${most}, not ${JSON.stringify(text)}.`);
  return value;
}
