import type { Logger } from '../logging/logger.js';

/** How closing ended. */
export type CloseOutcome =
  | { readonly kind: 'closed' }
  /** The bound passed while the named part was closing; it and all before it may still be open. */
  | { readonly kind: 'late'; readonly part: string };

interface Part {
  readonly name: string;
  close(): Promise<void> | void;
}

export const DEFAULT_CLOSE_MS = 4_000;

/**
 * What a program has started, closed in reverse order.
 *
 * States: starting -> running -> closing (the signal is aborted, parts close one after the other, within one bound for all)
 * -> closed. Closing in the middle of the start aborts the signal and lets the start come to its end first, so that a part
 * that is just being started is registered and closed like the others.
 * A part that fails to close is logged and does not keep the others open.
 */
export class Lifecycle {
  private readonly parts: Part[] = [];
  private readonly controller = new AbortController();
  private starting: Promise<unknown> = Promise.resolve();
  private closing: Promise<CloseOutcome> | undefined;
  private partsClosing = false;

  constructor(
    private readonly logger: Logger,
    private readonly closeMs = DEFAULT_CLOSE_MS,
  ) {}

  /** Aborted as soon as closing begins: for loops that wait for something. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Starts the program's parts; closing waits for the end of it, within its bound. */
  start(start: () => Promise<void>): Promise<void> {
    const started = start();
    this.starting = started.catch(() => undefined);
    return started;
  }

  /** Registers a part right after it was started. @throws ClosingError where the parts are being closed already */
  onClose(name: string, close: () => Promise<void> | void): void {
    if (this.partsClosing) {
      throw new ClosingError();
    }
    this.parts.push({ name, close });
  }

  /** Closes everything; every call gives the same outcome. Never rejects. */
  close(): Promise<CloseOutcome> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<CloseOutcome> {
    this.controller.abort(new ClosingError());
    let current = 'the parts that were just starting';
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<CloseOutcome>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'late', part: current }), this.closeMs);
    });
    const inOrder = async (): Promise<CloseOutcome> => {
      await this.starting;
      this.partsClosing = true;
      for (let part = this.parts.pop(); part !== undefined; part = this.parts.pop()) {
        current = part.name;
        try {
          await part.close();
        } catch (error) {
          this.logger.error({ err: error, part: current }, 'A part of the program could not be closed.');
        }
      }
      return { kind: 'closed' };
    };
    const outcome = await Promise.race([inOrder(), late]);
    clearTimeout(timer);
    return outcome;
  }
}

/** Why the lifecycle's signal is aborted. */
export class ClosingError extends Error {
  override readonly name = 'ClosingError';

  constructor() {
    super('The program is shutting down.');
  }
}
