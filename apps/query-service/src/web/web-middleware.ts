import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { Injectable, type NestMiddleware } from '@nestjs/common';
import { isUiPath } from './ui-paths.js';
import { readWebFiles, type WebFile } from './web-files.js';

/** Where `npm run build` puts the UI: dist/web, seen from dist/apps/query-service/src/web. */
const FOLDER = fileURLToPath(new URL('../../../../web', import.meta.url));

/** The page runs its own files only, and talks to this server only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SECURITY: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Rootspan</title>
<h1>The web UI is not built</h1>
<p>Run <code>npm run build</code> in the folder of Rootspan, then load this page again. REST works without it: <a href="/api/docs">/api/docs</a>.</p>
</html>
`;

/** The request as Nest hands it to middleware. */
interface WebRequest extends IncomingMessage {
  readonly originalUrl?: string;
}

type Served = { readonly kind: 'file'; readonly file: WebFile } | { readonly kind: 'not-built' } | { readonly kind: 'not-ours' };

/**
 * Serves the web UI beside the API of the same port: its files, and its one page for every path that is a view, where the
 * request asks for HTML. All other requests go on untouched, so that API routes and protocols own every path but these;
 * `GET /` of a client that asks for JSON is not ours either.
 */
@Injectable()
export class WebMiddleware implements NestMiddleware<WebRequest, ServerResponse> {
  private files: Promise<ReadonlyMap<string, WebFile> | null> | null = null;

  async use(request: WebRequest, response: ServerResponse, next: (error?: unknown) => void): Promise<void> {
    let served: Served;
    try {
      served = await this.find(request);
    } catch (error) {
      next(error);
      return;
    }
    if (served.kind === 'not-ours') next();
    else if (served.kind === 'file') send(request, response, served.file);
    else {
      const body = Buffer.from(NOT_BUILT);
      response.writeHead(503, { ...SECURITY, 'content-type': 'text/html; charset=utf-8', 'content-length': body.length });
      response.end(request.method === 'HEAD' ? undefined : body);
    }
  }

  private async find(request: WebRequest): Promise<Served> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return { kind: 'not-ours' };
    // Nest takes the part of the path that its route matched off `url`, and here it matches all.
    const path = (request.originalUrl ?? request.url ?? '').split('?', 1)[0] ?? '';
    const isPage = isUiPath(path) && /text\/html/i.test(request.headers.accept ?? '');
    if (!isPage && !/^\/(?:assets\/[\w.-]+|favicon\.svg|theme\.js)$/.test(path)) return { kind: 'not-ours' };
    const files = await this.read();
    const file = files?.get(isPage ? '/index.html' : path);
    if (file !== undefined) return { kind: 'file', file };
    return isPage && files === null ? { kind: 'not-built' } : { kind: 'not-ours' };
  }

  /** Read by the first request; a UI that was not there is looked for again, as it may have been built since. */
  private async read(): Promise<ReadonlyMap<string, WebFile> | null> {
    const reading = (this.files ??= readWebFiles(FOLDER));
    const files = await reading.catch((error: unknown) => {
      this.files = null;
      throw error;
    });
    if (files === null) this.files = null;
    return files;
  }
}

function send(request: IncomingMessage, response: ServerResponse, file: WebFile): void {
  const { content, gzipped, type, immutable } = file;
  const small =
    gzipped !== null && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/i.test(String(request.headers['accept-encoding'] ?? ''));
  // A strong tag names one sequence of bytes: compressed ones have another.
  const etag = small ? file.etag.replace(/"$/, '-gz"') : file.etag;
  const headers = {
    ...SECURITY,
    'content-type': type,
    etag,
    vary: 'accept, accept-encoding',
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) {
    response.writeHead(304, headers).end();
    return;
  }
  const body = small ? gzipped : content;
  response.writeHead(200, { ...headers, 'content-length': body.length, ...(small ? { 'content-encoding': 'gzip' } : {}) });
  response.end(request.method === 'HEAD' ? undefined : body);
}
