/** Dependencies and build, each only when needed; nothing is locked or written when both are up to date. */
import { build, isBuilt } from './build.mjs';
import { buildWeb, isWebBuilt } from './build-web.mjs';
import { install, isInstalled } from './install.mjs';
import { note, phase } from './phase.mjs';
import { withSetupLock } from './setup-lock.mjs';

const onWait = (owner) => note('set-up', `waiting for ${owner}, which is installing or building here`);

/** Runs one phase under the lock, unless another process has done it meanwhile. */
async function ensure(name, isDone, work) {
  if (isDone()) return note(name, 'up to date');
  await withSetupLock(onWait, () => (isDone() ? note(name, 'done by the other process') : phase(name, work)));
}

export async function ensureInstalled() {
  await ensure('install', isInstalled, install);
}

export async function ensureBuilt() {
  await ensure('build', isBuilt, build);
  await ensure('web', isWebBuilt, buildWeb);
}
