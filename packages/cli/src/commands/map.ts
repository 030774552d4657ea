import type { Command } from 'commander';
import { GetServiceMapRequest, messageToJson, QueryServiceService as query, ServiceMap } from '#proto';
import { EXIT, type ExitCode } from '../failure.js';
import { mapLines } from '../render/map-lines.js';
import { emptyOf, withSession, type Session } from '../session.js';

interface MapOptions {
  readonly from?: string;
  readonly to?: string;
}

/** `rootspan map`: which services called which, and how many of the calls failed. */
export function addMap(program: Command): void {
  program
    .command('map')
    .description('show which services called which, and what failed')
    .option('--from <time>', 'first instant: RFC 3339, an epoch, or relative (an hour before the end)')
    .option('--to <time>', 'instant before which spans begin (now)')
    .action((options: MapOptions, command: Command) => withSession(command, (session) => showMap(session, options)));
}

async function showMap({ connection, output, json }: Session, { from = '', to = '' }: MapOptions): Promise<ExitCode> {
  const bytes = await connection.ask(query.getServiceMap, { ...emptyOf(GetServiceMapRequest), from, to });
  const map = ServiceMap.decode(bytes);
  if (json) await output.line(messageToJson('query.ServiceMap', bytes));
  else if (map.services.length > 0) await output.lines(mapLines(map, output.palette, output.tableWidth));
  if (map.services.length > 0) return EXIT.found;
  output.remark(`No span began from ${map.from} to ${map.to}; --from looks further back.`);
  return EXIT.notFound;
}
