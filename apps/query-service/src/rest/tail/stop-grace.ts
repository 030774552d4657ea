/** Milliseconds that a reader of a live tail has to take the last words when the program ends: the server waits for its connection. */
export const STOP_GRACE_MS = 500;
