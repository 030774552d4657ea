/**
 * The one script behind `npm start`, `npm test` and the other commands in package.json. It depends on nothing but Node,
 * because it runs before anything is installed; npm's pre-hooks would not do, ignore-scripts=true skips them.
 *
 *   node scripts/run.mjs start [app]    install, build, start an app (all-in-one by default) in this process
 *   node scripts/run.mjs positions ...  install, build, the repair command for positions in Kafka (its own arguments follow)
 *   node scripts/run.mjs rootspan ...   install, build, the command line (its own arguments follow)
 *   node scripts/run.mjs demo ...       install, build, the demo's traffic (its own arguments follow)
 *   node scripts/run.mjs build          install, build
 *   node scripts/run.mjs check          install, build, and every check that runs no test
 *   node scripts/run.mjs test           check, then the unit and the black-box tests: the gate
 *   node scripts/run.mjs test:browser   install, build, the tests of the web UI in Chromium
 *   node scripts/run.mjs test:kafka     install, build, the tests against a real Apache Kafka
 *
 * Only this file must load on an old Node, so that an old Node gets a sentence and no syntax error.
 */
const MINIMUM = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  console.error(
    `Rootspan needs Node ${MINIMUM.join('.')} or newer; this is Node ${process.versions.node}. ` +
      'Install a newer one from https://nodejs.org (or run `nvm install` in this folder), then run the same command again.',
  );
  process.exit(1);
} else {
  import('./lib/commands.mjs').then(({ main }) => main(process.argv.slice(2)));
}
