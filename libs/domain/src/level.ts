/** The six levels of the contract. */
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
