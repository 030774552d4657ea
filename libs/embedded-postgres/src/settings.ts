import { totalmem } from 'node:os';

/**
 * Settings of the server, given on its command line so that they always are this version's.
 *
 * @param memoryBytes what the process may use: the machine's memory, or the container's limit
 */
export function serverSettings(memoryBytes: number = availableMemory()): Readonly<Record<string, string>> {
  const mb = memoryBytes / 1024 / 1024;
  return {
    // Only this machine, and TCP only: one URL for every client and platform; a socket's path is limited to 107 bytes,
    // which a deep project folder exceeds.
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',

    // An acknowledgement means durable: these three are what it rests on.
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',

    // The pools of the three apps need about 30; each further one costs memory when used.
    max_connections: '60',
    // The working set of an insert-mostly store is its newest partition's indexes. A 16th of the memory, so that a
    // laptop's other work isn't pushed out.
    shared_buffers: `${clamp(mb / 16, 64, 512)}MB`,
    effective_cache_size: `${clamp(mb / 2, 256, 1024 * 1024)}MB`,
    // Sorts of one page of logs or one trace stay in memory.
    work_mem: '16MB',
    // Index builds and vacuum on a partition.
    maintenance_work_mem: `${clamp(mb / 32, 64, 256)}MB`,

    // Under load checkpoints come by time and seldom: each one makes full-page images again. Bounds the recovery
    // after a crash to some seconds too.
    max_wal_size: '2GB',
    checkpoint_timeout: '10min',
    // Nobody replicates from here: less is logged, and an idle laptop's disk is left alone (no standby snapshots).
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',

    // Short queries only: compiling costs more than it saves.
    jit: 'off',
    // SSDs; the default is a spinning disk's.
    random_page_cost: '1.1',

    timezone: 'UTC',
    log_timezone: 'UTC',
    // Shown by ps, so that a person who finds the processes knows whose they are.
    cluster_name: 'rootspan',
    // Standard error goes to server.log, a plain file: it outlives us, as the server may.
    logging_collector: 'off',
    log_line_prefix: '%m [%p] ',
    log_checkpoints: 'off',
    // The server's own events. A statement's errors go to the client, which reports them; here they could fill the
    // disk, and show the content of log records.
    log_min_messages: 'log',
  };
}

function availableMemory(): number {
  const limit = process.constrainedMemory(); // 0 or huge: none
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function clamp(value: number, least: number, most: number): number {
  return Math.round(Math.min(Math.max(value, least), most));
}
