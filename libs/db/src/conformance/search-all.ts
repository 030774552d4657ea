import type { LogFilter } from '#domain';
import type { LogSearch, SearchOrder, SearchPosition, SearchRequest } from '../api/log-search.js';

/** What a page showed, kept. */
export interface KeptPage {
  readonly ids: readonly string[];
  readonly next: SearchPosition | null;
  readonly partial: boolean;
  readonly total: { readonly count: number; readonly exact: boolean } | null;
}

const LARGE = { limit: 10_000, maxBytes: 1_000_000_000, count: false };

export async function searchPage(
  search: LogSearch,
  request: Pick<SearchRequest, 'tenant' | 'filter' | 'order'> & Partial<SearchRequest>,
): Promise<KeptPage> {
  return search.search({ ...LARGE, ...request }, ({ next, partial, total, count, more, forEach }) => {
    const ids: string[] = [];
    forEach((view) => ids.push(view.id));
    expect([ids.length, more]).toEqual([count, next !== null]);
    return { ids, next, partial, total };
  });
}

/** The ids of every match, page by page. */
export async function searchAll(
  search: LogSearch,
  tenant: string,
  filter: LogFilter,
  order: SearchOrder,
  size: Partial<SearchRequest> = {},
  onPage?: (page: KeptPage) => void | Promise<void>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let after: SearchPosition | undefined; ;) {
    const page = await searchPage(search, { tenant, filter, order, ...size, ...(after && { after }) });
    await onPage?.(page);
    ids.push(...page.ids);
    if (page.next === null) return ids;
    after = page.next;
  }
}
