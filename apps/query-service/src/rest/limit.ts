import { invalidField } from '#platform';

/** How many are asked for; 0, which means the usual number, where nothing is said. @param most what the question gives at most */
export function limitOf(text: string, most = 10_000): number {
  if (text === '') return 0;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > most) throw invalidField('limit', `is a number from 1 to ${most}`);
  return limit;
}
