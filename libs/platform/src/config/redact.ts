const HIDDEN = '***';

/**
 * From the first colon after the scheme to the last @ of the word: a password may hold any character that should have
 * been escaped, and hiding too much is the smaller harm.
 */
const CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)([^\s/?#:"'@]*):([^\s"']*)@/gi;
const SECRET_PARAMETERS = /([?&](?:password|sslpassword|sslkey|token)=)[^&\s"']*/gi;

/**
 * Hides the passwords of all URLs in a text: `postgres://user:***@host/db?password=***`.
 * User, host, database and harmless parameters stay, so that a fault can still be found.
 */
export function redactUrl(text: string): string {
  return text.replace(CREDENTIALS, `$1$2:${HIDDEN}@`).replace(SECRET_PARAMETERS, `$1${HIDDEN}`);
}

/** A text as it may be shown in a fault: one that holds credentials but is no URL can't be hidden safely and isn't shown. */
export function redactFaulty(text: string): string | null {
  if (!text.includes('@') && !/password/i.test(text)) {
    return text;
  }
  return URL.canParse(text) && !/["'\s]/.test(text) ? redactUrl(text) : null;
}
