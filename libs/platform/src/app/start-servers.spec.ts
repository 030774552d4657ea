import { createServer } from 'node:http';
import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { LogIngestionServiceService, QueryServiceService } from '#proto';
import { loadConfig } from '../config/load-config.js';
import { createLogger } from '../logging/logger.js';
import { startServers } from './start-servers.js';

const quiet = (env: NodeJS.ProcessEnv = {}) =>
  loadConfig('all-in-one', { GRPC_PORT: '0', HTTP_PORT: '0', LOG_LEVEL: 'silent', ...env });
const logger = createLogger(quiet());
const ingest = { name: 'logs.LogIngestionService', definition: LogIngestionServiceService };
const query = { name: 'query.QueryService', definition: QueryServiceService };

@Controller()
class IngestController {
  @GrpcMethod('LogIngestionService', 'SendLog')
  sendLog() {
    return { status: 'ok' };
  }
}

class IngestModule {}

/** Takes a port of this machine until `free` is called. */
async function takePort(): Promise<{ readonly port: number; readonly free: () => void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, free: () => server.close() };
}

describe('Starting', () => {
  it.each(['GRPC_PORT', 'HTTP_PORT'])(
    'on a taken %s gives one clear sentence',
    async (variable) => {
      const { port, free } = await takePort();
      const start = startServers({ config: quiet({ [variable]: String(port) }), logger, modules: [], grpcServices: [query] });
      await expect(start).rejects.toMatchObject({
        name: 'AddressInUseError',
        userMessage: `${variable} ${port} on 127.0.0.1 is taken: stop the other program or set ${variable} to another port (0 picks a free one).`,
      });
      free();
    },
    60_000,
  );

  it('with a handler that belongs to no served service says so', async () => {
    const modules = [{ module: IngestModule, controllers: [IngestController] }];
    await expect(startServers({ config: quiet(), logger, modules, grpcServices: [query] })).rejects.toThrow(
      /No gRPC service of this server has these rpcs: .*SendLog/,
    );
    const served = await startServers({ config: quiet(), logger, modules, grpcServices: [ingest] });
    await served.close();
  }, 60_000);

  it('opens no gRPC port where there are no services', async () => {
    const servers = await startServers({ config: quiet(), logger, modules: [], grpcServices: [] });
    expect(Object.keys(servers.addresses)).toEqual(['http']);
    await servers.close();
  }, 60_000);
});
