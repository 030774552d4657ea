import { EventEmitter } from 'node:events';
import { loadConfig } from '../config/load-config.js';
import { createLogger } from '../logging/logger.js';
import { announce } from './announce.js';
import { Lifecycle } from './lifecycle.js';
import { runMain, type Running } from './run-main.js';
import { waitFor } from './wait-for.js';

function quiet() {
  const lines: string[] = [];
  const config = loadConfig('all-in-one', { LOG_FORMAT: 'json' });
  return { lines, logger: createLogger(config, { destination: { write: (line) => lines.push(line) }, terminal: false }) };
}

describe('A lifecycle', () => {
  it('closes in reverse order of start, past a part that fails', async () => {
    const { logger, lines } = quiet();
    const closed: string[] = [];
    const lifecycle = new Lifecycle(logger);
    lifecycle.onClose('database', () => void closed.push('database'));
    lifecycle.onClose('bus', () => Promise.reject(new Error('broken')));
    lifecycle.onClose('servers', async () => void closed.push('servers'));
    expect(await lifecycle.close()).toEqual({ kind: 'closed' });
    expect(closed).toEqual(['servers', 'database']);
    expect(lines.join('')).toContain('broken');
  });

  it('names the part that is late', async () => {
    const lifecycle = new Lifecycle(quiet().logger, 20);
    lifecycle.onClose('database', () => undefined);
    lifecycle.onClose('bus', () => new Promise(() => undefined));
    expect(await lifecycle.close()).toEqual({ kind: 'late', part: 'bus' });
  });

  it('closes a part that was just being started', async () => {
    const closed: string[] = [];
    const lifecycle = new Lifecycle(quiet().logger);
    let finishStart: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (finishStart = resolve));
    const started = lifecycle.start(async () => {
      await begun;
      lifecycle.onClose('database', () => void closed.push('database'));
    });
    const outcome = lifecycle.close();
    expect(lifecycle.signal.aborted).toBe(true);
    finishStart();
    expect([await outcome, closed]).toEqual([{ kind: 'closed' }, ['database']]);
    await started;
  });

  it('closes once however often it is asked', async () => {
    let closed = 0;
    const lifecycle = new Lifecycle(quiet().logger);
    lifecycle.onClose('part', () => void closed++);
    await Promise.all([lifecycle.close(), lifecycle.close()]);
    expect(closed).toBe(1);
    expect(lifecycle.signal.aborted).toBe(true);
    expect(() => lifecycle.onClose('late part', () => undefined)).toThrow('shutting down');
  });
});

describe('Waiting', () => {
  it('tries until it works and says so once', async () => {
    const { logger, lines } = quiet();
    let tries = 0;
    const attempt = () => (++tries < 4 ? Promise.reject(new Error('ECONNREFUSED 127.0.0.1:9092')) : Promise.resolve('there'));
    const options = { logger, signal: new AbortController().signal, firstPauseMs: 1, longestPauseMs: 2 };
    expect(await waitFor('Kafka at 127.0.0.1:9092', attempt, options)).toBe('there');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
      'Waiting for Kafka at 127.0.0.1:9092: ECONNREFUSED 127.0.0.1:9092',
      'Kafka at 127.0.0.1:9092 is there now.',
    ]);
  });

  it('ends with the signal, also in the middle of a pause', async () => {
    const controller = new AbortController();
    const waiting = waitFor('it', () => Promise.reject(new Error('no')), {
      logger: quiet().logger,
      signal: controller.signal,
      firstPauseMs: 600_000,
      longestPauseMs: 600_000,
    });
    controller.abort(new Error('shutting down'));
    await expect(waiting).rejects.toThrow('shutting down');
  });

  it('gives up where waiting mends nothing', async () => {
    const options = { logger: quiet().logger, signal: new AbortController().signal, isFinal: () => true };
    await expect(waitFor('it', () => Promise.reject(new Error('wrong password')), options)).rejects.toThrow('wrong password');
  });
});

describe('An announcement', () => {
  const announcement = { app: 'all-in-one', addresses: { grpc: '127.0.0.1:50051', http: '[::1]:8080' } } as const;

  it('is exactly one JSON line for programs', () => {
    const written: string[] = [];
    announce(announcement, 'json', (text) => written.push(text));
    expect(written).toEqual([
      `${JSON.stringify({ event: 'listening', app: 'all-in-one', pid: process.pid, addresses: announcement.addresses })}\n`,
    ]);
  });

  it('is lines for people', () => {
    const written: string[] = [];
    announce(announcement, 'text', (text) => written.push(text));
    expect(written.join('')).toBe('all-in-one listens on\n  grpc  127.0.0.1:50051\n  http  http://[::1]:8080\n');
  });
});

describe('A main function', () => {
  /** A process of which the signals and the exit can be seen. */
  class Host extends EventEmitter {
    readonly written: string[] = [];
    readonly stderr = { write: (text: string) => this.written.push(text) };
    readonly exited: Promise<number>;
    exit: (code: number) => void = () => undefined;

    constructor(readonly env: NodeJS.ProcessEnv = { LOG_LEVEL: 'silent' }) {
      super();
      this.exited = new Promise((resolve) => (this.exit = resolve));
    }
  }

  const started = (main: (running: Running) => void = () => undefined, host = new Host()) => {
    const running = runMain('all-in-one', (given) => Promise.resolve(main(given)), host);
    return { host, running };
  };

  it.each(['SIGINT', 'SIGTERM'])('ends in order on %s', async (signal) => {
    const closed: string[] = [];
    const { host, running } = started(({ lifecycle }) => lifecycle.onClose('part', () => void closed.push('part')));
    await running;
    host.emit(signal);
    expect(await host.exited).toBe(0);
    expect(closed).toEqual(['part']);
  });

  it('ends at once on a second signal', async () => {
    let finish: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (finish = resolve));
    const { host, running } = started(({ lifecycle }) => lifecycle.onClose('part', () => hanging));
    await running;
    host.emit('SIGINT');
    host.emit('SIGINT');
    expect(await host.exited).toBe(1);
    finish();
  });

  it('prints every fault of its configuration and nothing else', async () => {
    const { host } = started(undefined, new Host({ GRPC_PORT: 'x', HTTP_PORT: 'y' }));
    expect(await host.exited).toBe(1);
    expect(host.written.join('')).toMatch(
      /^The configuration of all-in-one has 2 faults:\n {2}GRPC_PORT: .*\n {2}HTTP_PORT: .*\n$/,
    );
  });

  it('prints one sentence for an error that brings one, and closes what was started', async () => {
    let closed = false;
    const { host } = started(({ lifecycle }) => {
      lifecycle.onClose('part', () => void (closed = true));
      throw Object.assign(new Error('long story'), { userMessage: 'The port is taken.' });
    });
    expect(await host.exited).toBe(1);
    expect([host.written, closed]).toEqual([['The port is taken.\n'], true]);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('ends with 1 on %s', async (event) => {
    const { host, running } = started();
    await running;
    host.emit(event, new Error('nobody caught this'));
    expect(await host.exited).toBe(1);
  });

  it('takes a signal during the start for what it is', async () => {
    const host = new Host();
    const running = runMain(
      'all-in-one',
      ({ logger, lifecycle }) =>
        waitFor('Kafka', () => Promise.reject(new Error('away')), { logger, signal: lifecycle.signal, firstPauseMs: 600_000 }),
      host,
    );
    host.emit('SIGTERM');
    await running;
    expect([await host.exited, host.written]).toEqual([0, []]);
  });
});
