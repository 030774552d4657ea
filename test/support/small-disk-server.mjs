/**
 * A PostgreSQL server on a disk of its own that can be filled up. Started by small-disk.ts within a mount namespace, where
 * the folder is a tmpfs that nobody else sees and that goes with this process.
 *
 * Arguments: the folder, then the databases. Messages from the parent: {fill: bytes} leaves so much room, {clear: true} makes
 * room again; each is answered when it is done. Without its parent it ends.
 */
import { rmSync } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#embedded-postgres';

const [folder, ...databases] = process.argv.slice(2);
const ballast = join(folder, 'ballast');
const MIB = 1024 * 1024;

const server = await startEmbeddedPostgres({
  dataDir: join(folder, 'data'),
  databases,
  // The log of what is to be recovered is given back early: the disk is filled by records.
  settings: { max_wal_size: '64MB', min_wal_size: '32MB', shared_buffers: '64MB' },
});

async function leave(bytes) {
  const file = await open(ballast, 'w');
  try {
    for (let { bavail, bsize } = await statfs(folder); bavail * bsize > bytes; { bavail, bsize } = await statfs(folder)) {
      await file.write(Buffer.alloc(Math.min(MIB, bavail * bsize - bytes)));
    }
  } finally {
    await file.close();
  }
}

process.on('message', async (message) => {
  if ('fill' in message) await leave(message.fill);
  else rmSync(ballast, { force: true });
  process.send({ kind: 'done' });
});
process.on('disconnect', async () => {
  await server.stop();
  process.exit();
});
process.send({ kind: 'started', urls: databases.map((name) => server.url(name)) });
