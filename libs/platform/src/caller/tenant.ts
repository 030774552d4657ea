import { invalidField } from '../errors/errors.js';
import { DEFAULT_TENANT, TENANT_HEADERS } from './caller.js';

const TENANT = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * The tenant that a call names, or the default one.
 * @param read gives all values of a header; a value may hold several, separated by commas, as HTTP joins repeated headers
 * @throws RootspanError INVALID_ARGUMENT that names the header: malformed, or several different values
 */
export function tenantOf(read: (header: string) => readonly string[]): string {
  let tenant: string | undefined;
  for (const header of TENANT_HEADERS) {
    for (const value of read(header).flatMap((joined) => joined.split(','))) {
      const named = value.trim();
      if (!TENANT.test(named)) {
        throw invalidField(header, 'must be 1 to 64 letters, digits, dots, underscores or hyphens');
      }
      if (tenant !== undefined && tenant !== named) {
        throw invalidField(header, `names another tenant than ${JSON.stringify(tenant)}: send one tenant a call`);
      }
      tenant = named;
    }
  }
  return tenant ?? DEFAULT_TENANT;
}
