import { RecordView, StorePosition, matcherOf, parseQuery, printFilter } from '#domain';
import { linearRegex } from '../queries/linear-regex.js';
import { Audience, type FeedListener } from './audience.js';
import { PageWalk } from './page-walk.js';

const NOW = { seconds: 1_767_225_600, nanos: 0 };

/** Takes the numbers of the records that it is given. */
function listener(tenant: string, query: string): FeedListener & { readonly taken: number } {
  const parsed = parseQuery(query, NOW);
  if (!parsed.ok) throw new Error(parsed.reason);
  const { filter } = parsed;
  let taken = 0;
  return {
    tenant,
    key: printFilter(filter),
    condition: filter.condition,
    matches: matcherOf(filter, linearRegex),
    take: () => taken++,
    get taken() {
      return taken;
    },
  };
}

function view(service: string, traceId: string, message: string, attributes = ''): RecordView {
  const shown = new RecordView();
  shown.bytes = Buffer.from(`${'\0'.repeat(16)}${service}${traceId}${message}${attributes}`);
  shown.serviceStart = 16;
  shown.serviceEnd = shown.traceIdStart = 16 + service.length;
  shown.traceIdEnd = shown.messageStart = shown.traceIdStart + traceId.length;
  shown.messageEnd = shown.attributesStart = shown.messageStart + message.length;
  shown.attributesEnd = shown.bytes.length;
  shown.severity = 17;
  return shown;
}

function show(audience: Audience, tenant: string, record: RecordView): void {
  const walk = new PageWalk(StorePosition.START);
  walk.step(record);
  audience.show(record, tenant, walk, walk);
}

describe('Audience', () => {
  it('shows a record to everybody who asks for it, once, however it is found', () => {
    const audience = new Audience();
    const queries = [
      '',
      'service:shop',
      'service:shop,mail',
      'service:s*',
      '-service:shop',
      'trace:t1',
      'trace:t1 service:mail',
      'service:shop "sold"',
      'level>=error "SOLD"',
      'attr.user:7',
      'attr.user:8 "sold"',
      'attr.user:* level>=error',
      '-attr.user:7',
      'attr.order.id:5',
    ];
    const listeners = queries.map((query) => listener('a', query));
    const twin = listener('a', 'service:shop');
    const stranger = listener('b', '');
    for (const each of [...listeners, twin, stranger]) audience.add(each);
    show(audience, 'a', view('shop', 't1', 'sold out', '{"user": "7", "order": {"id": 5}}'));
    expect(listeners.map(({ taken }) => taken)).toEqual([1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1]);
    expect([twin.taken, stranger.taken]).toEqual([1, 0]);
    show(audience, 'a', view('mail', 't2', 'sent'));
    expect(listeners.map(({ taken }) => taken)).toEqual([2, 1, 2, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1]);
  });

  it('shows nothing to whoever has left, and is empty when all have', () => {
    const audience = new Audience();
    const [first, second] = [listener('a', 'service:shop'), listener('a', 'service:shop')];
    audience.add(first);
    audience.add(second);
    expect(audience.tenants).toEqual(['a']);
    audience.remove(first);
    show(audience, 'a', view('shop', '', ''));
    expect([first.taken, second.taken]).toEqual([0, 1]);
    audience.remove(second);
    const ofUser = listener('a', 'attr.user:7');
    audience.add(ofUser);
    audience.remove(ofUser);
    show(audience, 'a', view('shop', '', ''));
    expect([second.taken, audience.isEmpty, audience.tenants]).toEqual([1, true, []]);
  });
});
