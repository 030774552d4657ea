/** What to do about the ways in which `npm ci` fails, told by the error codes that npm prints. */

const CACHE_FAILURE =
  /(EACCES|EPERM|EROFS|ENOENT|ENOTDIR)[^]*(_cacache|_logs|\.npm\b|npm-cache)|cache folder contains root-owned files/;

/** Whether npm failed because it cannot write to its cache folder (home folder missing or read-only). */
export function isCacheFailure(output) {
  return CACHE_FAILURE.test(output);
}

const ADVICE = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network/,
    'npm cannot reach its registry. Check the connection and `npm config get registry`; behind a proxy set HTTPS_PROXY. Then run the same command again.',
  ],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|CERT_/,
    "The registry's certificate is not trusted here. Give npm your organisation's certificate: `npm config set cafile FILE`.",
  ],
  [
    /E401|E403|ENEEDAUTH/,
    'The registry refuses this user. Look at `npm config get registry` and log in there (`npm login`), or use the public registry.',
  ],
  [
    /E404|ETARGET|notarget/,
    'The registry does not have one of the packages. Look at `npm config get registry`; a mirror may need to be refreshed.',
  ],
  [/EINTEGRITY/, 'A download does not match its checksum. Run `npm cache verify`, then the same command again.'],
  [/ENOSPC/, 'The disk is full. The dependencies need about 450 MB here.'],
  [
    /EUSAGE|can only install packages when your package\.json/,
    'package.json and package-lock.json disagree. Run `npm install --ignore-scripts && npm run lock` and keep both files together.',
  ],
  [
    CACHE_FAILURE,
    'npm cannot write to its cache folder. Name one that you can write to: `npm_config_cache=/some/folder npm start`.',
  ],
  [
    /EACCES|EPERM|EROFS/,
    'Something under node_modules cannot be written. Remove that folder (it may belong to another user) and run the same command again.',
  ],
  [/EBUSY/, 'A file under node_modules is in use. Stop the running Rootspan and your editor, then run the same command again.'],
  [/ENOENT.*npm|not found|127/, 'npm itself could not be started. It comes with Node: check that `npm --version` works.'],
];

/** One sentence that tells what to do about npm's output. */
export function explainNpmFailure(output) {
  const found = ADVICE.find(([pattern]) => pattern.test(output));
  return found?.[1] ?? 'Run `npm ci --ignore-scripts` by hand to see more.';
}
