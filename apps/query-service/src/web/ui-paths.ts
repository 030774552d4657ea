/** The views of the web UI (apps/web/src/app.tsx): paths where its page is served, so that a link to any of them opens it. */
const VIEWS = /^\/(?:|patterns|patterns\/[^/]+|traces\/[^/]+|logs|tail|map)$/;

/** Whether a path, encoded as it was sent, is a view of the web UI. Nothing else falls back to the page: an unknown path stays unknown. */
export function isUiPath(path: string): boolean {
  return VIEWS.test(path);
}
