/** Who a call is made for. Made in one place (CallerGuard), so that keys and tokens can be checked there. */
export interface Caller {
  /** Owner of the records that the call writes or reads. [A-Za-z0-9_.-]{1,64} */
  readonly tenant: string;
  /** Who calls, for logs; `anonymous` until keys and tokens are checked. */
  readonly subject: string;
}

export const DEFAULT_TENANT = 'default';
export const ANONYMOUS = 'anonymous';

/** Names of the metadata entry or header that carries the tenant; the second is what Loki's clients send. */
export const TENANT_HEADERS = ['tenant-id', 'x-scope-orgid'] as const;
