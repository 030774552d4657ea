import type { DeadLetter } from '#domain';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Database } from './database.js';
import { deadLetters } from './schema/dead-letters.js';

/** Seven parameters each, and a statement takes 65,535. */
const LETTERS_A_STATEMENT = 1_000;

/** Keeps dead letters in the table `dead_letters`: for the in-process bus, which has no topic for them. */
export class PostgresDeadLetters {
  constructor(private readonly database: Database) {}

  async put(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    // PostgreSQL can't hold U+0000 in a text; a reason may quote it.
    const rows = letters.map((letter) => ({ ...letter, reason: letter.reason.replaceAll('\0', '\uFFFD') }));
    await this.database.transaction(async (client) => {
      for (let at = 0; at < rows.length; at += LETTERS_A_STATEMENT) {
        const some = rows.slice(at, at + LETTERS_A_STATEMENT);
        await drizzle({ client }).insert(deadLetters).values(some).onConflictDoNothing();
      }
    });
  }
}
