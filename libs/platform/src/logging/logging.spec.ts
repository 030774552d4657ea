import { loadConfig } from '../config/load-config.js';
import { createLogger } from './logger.js';
import { NestLogger } from './nest-logger.js';

function capture(env: NodeJS.ProcessEnv, terminal = false) {
  const lines: string[] = [];
  const logger = createLogger(loadConfig('all-in-one', env), { destination: { write: (line) => lines.push(line) }, terminal });
  return { logger, lines, objects: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

describe('The log', () => {
  it('is one JSON object a line with level, time, app and message', () => {
    const { logger, objects } = capture({});
    logger.info({ partition: 3 }, 'Assigned.');
    expect(objects()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        app: 'all-in-one',
        pid: process.pid,
        partition: 3,
        msg: 'Assigned.',
      },
    ]);
  });

  it('is readable text on a terminal', () => {
    const { logger, lines } = capture({}, true);
    logger.info('Assigned.');
    expect(lines.join('')).toMatch(/INFO.*Assigned\./s);
    expect(() => JSON.parse(lines.join(''))).toThrow();
  });

  it('is JSON on a terminal where that is asked for', () => {
    const { logger, objects } = capture({ LOG_FORMAT: 'json' }, true);
    logger.info('Assigned.');
    expect(objects()).toHaveLength(1);
  });

  it('holds no secret, wherever it stands', () => {
    for (const terminal of [false, true]) {
      const { logger, lines } = capture({}, terminal);
      const url = 'postgres://me:hidden@db/logs';
      logger.error(
        { err: new Error(`connect ${url}`), kafka: { sasl: { password: 'hidden' } }, password: 'hidden', url },
        `At ${url}`,
      );
      expect(lines.join('')).not.toContain('hidden');
      expect(lines.join('')).toContain('postgres://me:***@db/logs');
    }
  });

  it('keeps below its level quiet', () => {
    const { logger, lines } = capture({ LOG_LEVEL: 'warn' });
    logger.info('quiet');
    expect(lines).toEqual([]);
  });
});

describe("Nest's log", () => {
  it('is ours, with its chatter at debug', () => {
    const { logger, objects } = capture({ LOG_LEVEL: 'debug' });
    const nest = new NestLogger(logger);
    nest.log('Mapped {/healthz} route', 'RouterExplorer');
    nest.log('Started', 'MyService');
    nest.error('Failed', 'Error: Failed\n    at x', 'MyService');
    nest.error(new Error('thrown too'), 'ExceptionHandler');
    nest.warn(new Error('odd'));
    nest.fatal({ some: 'object' });
    expect(objects().map(({ level, msg, context, stack }) => [level, msg, context, stack])).toEqual([
      ['debug', 'Mapped {/healthz} route', 'RouterExplorer', undefined],
      ['info', 'Started', 'MyService', undefined],
      ['error', 'Failed', 'MyService', 'Error: Failed\n    at x'],
      ['debug', 'thrown too', 'ExceptionHandler', undefined],
      ['warn', 'odd', undefined, undefined],
      ['fatal', '{"some":"object"}', undefined, undefined],
    ]);
  });
});
