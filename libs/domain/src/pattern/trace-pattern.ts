import { hash128 } from './hash-128.js';
import { maskMessage } from './mask-message.js';
import { withoutKinds } from './placeholder.js';

/** What a failed trace's pattern is made of. */
export interface PatternInput {
  /** The service where the failure began. */
  readonly causeService: string;
  /** What it logged. */
  readonly causeMessage: string;
  /** Where the source names it apart from the message. */
  readonly causeExceptionType?: string;
  /** Services that the failure spread through, from the cause up; neighbours differ. */
  readonly chain: readonly string[];
}

/** A group of failed traces with one cause. */
export interface TracePattern {
  /** The fingerprint, 32 hex digits: a function of service, exception type, template and chain, and of nothing else. */
  readonly id: string;
  /** For people, one line of at most 200 characters: `inventory: Timeout after <dur>`. */
  readonly title: string;
  readonly template: string;
  /** The service where the failure began. */
  readonly service: string;
  /** The chain: that service first. */
  readonly services: readonly string[];
}

/** Raised where the same failure would get another id: patterns then begin anew, and rebuilt traces move over. */
const FINGERPRINT_VERSION = 1;
const MAX_TITLE = 200;
/** A chain that is longer comes from recursion; its beginning and its end tell it from others. */
const MAX_SERVICES = 50;

/** Pure: equal input gives an equal pattern on every machine. */
export function patternOf(input: PatternInput): TracePattern {
  const { causeService, causeExceptionType = '' } = input;
  const message = maskMessage(input.causeMessage);
  const template = [message.includes(causeExceptionType) ? '' : causeExceptionType, message]
    .filter((part) => part !== '')
    .join(': ');
  const services =
    input.chain.length <= MAX_SERVICES ? input.chain : [...input.chain.slice(0, MAX_SERVICES - 1), ...input.chain.slice(-1)];
  const parts = [FINGERPRINT_VERSION, causeService, withoutKinds(template), services];
  return {
    id: hash128(JSON.stringify(parts)),
    title: titleOf(causeService, template),
    template,
    service: causeService,
    services,
  };
}

function titleOf(service: string, template: string): string {
  const title = template === '' ? service : `${service}: ${template}`;
  if (title.length <= MAX_TITLE) return title;
  const space = title.lastIndexOf(' ', MAX_TITLE - 2);
  return `${title.slice(0, space > MAX_TITLE / 2 ? space : MAX_TITLE - 2)} …`;
}
