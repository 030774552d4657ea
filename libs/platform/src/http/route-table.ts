/**
 * What an HTTP server serves, by the routes that were registered: so that a path that exists is told from one that doesn't
 * where the method is wrong.
 */
export class RouteTable {
  private readonly methodsOf = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();

  /** @param path as Fastify takes it: `/api/v1/traces/:traceId/logs` */
  add(methods: string | readonly string[], path: string): void {
    const route = this.methodsOf.get(path) ?? { pattern: patternOf(path), methods: new Set() };
    for (const method of [methods].flat()) route.methods.add(method);
    this.methodsOf.set(path, route);
  }

  /** Methods that a path is served by, sorted; none where nothing is served there. @param path as it was sent, encoded */
  methods(path: string): readonly string[] {
    const found = [...this.methodsOf.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
  }
}

function patternOf(path: string): RegExp {
  const parts = path.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}$`);
}
