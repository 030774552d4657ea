import { RouteTable } from './route-table.js';

describe('RouteTable', () => {
  const routes = new RouteTable();
  routes.add('GET', '/traces/:id/dag.svg');
  routes.add(['GET', 'HEAD'], '/traces/:id');
  routes.add('POST', '/traces/:id');

  it('knows the methods of a path', () => {
    expect(routes.methods('/traces/a%2Fb')).toEqual(['GET', 'HEAD', 'POST']);
    expect(routes.methods('/traces/a/dag.svg')).toEqual(['GET']);
  });

  it('knows that nothing is served elsewhere', () => {
    for (const path of ['/', '/traces', '/traces/', '/traces/a/b', '/traces/a/dag-svg']) expect(routes.methods(path)).toEqual([]);
  });
});
