import { attributesOf } from './record-attributes.js';

/**
 * What an error record says of itself, by words that Node, Java, Go, Python, .NET, gRPC and HTTP use. A hint: who caused what
 * is decided by the call tree first.
 *
 * - `gave-up`: waited for something and stopped waiting
 * - `cancelled`: was stopped by whoever asked for it
 * - `refused`: could not reach a peer at all
 * - `unavailable`: a peer said that it can't serve now
 * - `reset`: a connection broke in the middle
 * - `upstream`: a peer answered with an error of its own
 * - `crash`: the process is going down
 * - `own`: a fault of this very code, data or resource: a peer's failure rarely reads like this
 * - `plain`: anything else
 */
export type FailureKind = 'gave-up' | 'cancelled' | 'refused' | 'unavailable' | 'reset' | 'upstream' | 'crash' | 'own' | 'plain';

const CRASH =
  /\bpanic\b|out ?of ?memory|oom[- ]?kill|\boom\b|heap limit|\bsig(?:kill|segv|abrt|term|bus)\b|segmentation fault|segfault|core dumped|exit(?:ed)?(?: with)? (?:code|status) [1-9]|killed|uncaught|unhandled (?:exception|rejection|promise)|fatal error|process (?:crash|terminat|exit)|stack overflow|stackoverflow|shutting down/;

/** The callee's view of a caller that is gone. */
const CALLER_GONE =
  /\b(?:client|caller|requester|browser|user agent|downstream|consumer)\b(?:'s)?(?: \w+){0,2} (?:disconnected|closed|gone|went|aborted|cancell?ed|hung|gave up|reset|deadline|timed out|left)|by (?:the )?(?:caller|client|peer request)|clientabort|client closed|broken ?pipe|\bepipe\b|write after end|writing (?:the )?response|responsewriter|headers already sent/;

const CANCELLED =
  /context cancell?ed|operation (?:was |has been )?(?:cancell?ed|aborted)|cancell?ed|cancell?ation|canceled_error|\baborterror\b|\babort_err\b|\baborted\b|\becanceled\b|interruptedexception|\binterrupted\b/;

const OWN_TIME =
  /(?:session|token|otp|code|coupon|reservation|lease|certificate|license|subscription)(?: \w+)? (?:has |is )?(?:timed out|expired)|(?:lock wait|statement|idle.in.transaction|lock) time-?out|due to statement timeout|timeout acquiring|acquir\w+ .{0,40}(?:timeout|timed out)|pool\b(?!\().{0,60}(?:timeout|timed out|exhausted)|invalid timeout/;

const GAVE_UP =
  /time[- _]?d?[- _]?out|deadline|etimedout|esockettimedout|econnaborted|(?:gave|giving|gives|give) up (?:on|waiting)|(?:gave|giving|gives|give) up after [\d.,]+ ?(?:ms|milli|s\b|sec|min)|took too long|too slow|no (?:response|reply|answer|ack\w*|heartbeat)\b|(?:did not|didn't|does not|doesn't|not|never|failed to|without) (?:respond|repl(?:y|ied)|answer|acknowledg|return(?:ed)? (?:in|within))|gateway time|exceeded [\d.,]+ ?(?:ms|s\b|sec)|within [\d.,]+ ?(?:ms|s|sec|seconds|milliseconds)\b|stopped waiting|waited (?:too long|[\d.,]+)|still waiting|unresponsive|not responding|stalled/;

const REFUSED =
  /econnrefused|connection (?:was )?refused|refused (?:the )?connection|actively refused|enotfound|eai_again|no such host|unknownhost|name or service not known|name resolution|nodename nor servname|getaddrinfo|could not resolve|cannot resolve|dns (?:lookup|error|failure)|ehostunreach|enetunreach|host (?:is )?unreachable|network (?:is )?unreachable|no route to host|(?:failed|unable|could not|cannot|can't|couldn't) to? ?(?:connect|establish|reach|dial)|unreachable|connect(?:ion)? (?:failed|error)|failed to establish|newconnectionerror|connectexception|no available (?:server|instance|backend)|no instances? available|not reachable/;

const UNAVAILABLE =
  /service (?:is )?(?:temporarily )?unavailable|(?:server|upstream|backend|host|service|endpoint)s? (?:\S+ )?(?:is |are |was )?(?:currently |temporarily )?(?:unavailable|down|overloaded)|^(?:.{0,60}\W)?unavailable(?:: | - |$)|no healthy|circuit ?-?breaker|circuit is open|too many requests|resource_exhausted|overloaded|code ?= ?unavailable/;

const RESET =
  /econnreset|connection (?:was )?(?:reset|lost|closed|aborted|terminated|dropped|broken)|reset by peer|socket hang ?up|socket (?:was )?closed|hung up|unexpected (?:eof|end of (?:file|stream))|\beof(?:error|exception)?\b|premature(?:ly)?|remotedisconnected|remote end closed|connectionreset|connectionaborted|forcibly closed|transport (?:is )?clos|transport closed|stream (?:was )?(?:terminated|closed|removed|reset)|rst_stream|goaway|incomplete ?read|response ended|nohttpresponse|server closed|server disconnected|lost connection|disconnected|chunked ?encoding ?error|und_err_socket|other side closed|peer closed/;

const UPSTREAM =
  /\b5xx\b|bad gateway|internal server error|upstream|downstream|remote (?:service|server|call|exception|error)|rpc (?:error|failed)|(?:call|request|rpc) to \S+(?: \S+)? (?:failed|returned|errored)|respond(?:ed|s) with|returned (?:an? )?(?:error|http|status|\d{3})|code ?= ?(?:internal|unknown)|bad response|invalid response|\bdependency\b|httperror|feignexception|apierror|statuscode|status code/;

const OWN =
  /null ?pointer|nullreference|nil pointer|typeerror|referenceerror|rangeerror|syntaxerror|keyerror|indexerror|attributeerror|nameerror|valueerror|zerodivision|divi(?:sion|de) by zero|index ?out ?of ?(?:bounds|range)|out of (?:range|bounds)|cannot read propert|undefined is not|is not a function|object reference not set|classcast|illegal(?:state|argument)|invalidoperation|assertion|assert failed|invalid memory address|unexpected token|json parse|cannot parse|parse error|failed to parse|malformed|deserializ|constraint|duplicate key|unique violation|deadlock|syntax error|permission denied|enospc|no space left|disk (?:is )?full|too many connections|too many open files|validation|schema|concurrentmodification|overflow|nosuchelement|not null|data (?:corrupt|integrity)|corrupt|invariant|misconfigur|missing (?:config|env)|read-only/;

/** An HTTP status where it stands as one: a bare number may be an order's. */
const HTTP_STATUS =
  /(?:^|\b(?:status|code|http|got|returned|returns|with|answered|received|responded)|[:(=])\W{0,3}(?:code\W{0,3}|status\W{0,3}|an? )?([45]\d\d)\b|\b([45]\d\d) (?:gateway|bad|service|internal|error|from|response|status|client|request|too)/;

const BY_HTTP_STATUS: Readonly<Record<string, FailureKind>> = {
  408: 'gave-up',
  429: 'unavailable',
  499: 'cancelled',
  500: 'upstream',
  502: 'upstream',
  503: 'unavailable',
  504: 'gave-up',
};

const BY_GRPC_STATUS: Readonly<Record<string, FailureKind>> = {
  1: 'cancelled',
  4: 'gave-up',
  14: 'unavailable',
  CANCELLED: 'cancelled',
  DEADLINE_EXCEEDED: 'gave-up',
  UNAVAILABLE: 'unavailable',
};

/**
 * @param text As `tellingText` gives it.
 * @param fatal Level fatal: a process that says so goes down.
 * @param attributes JSON text; its status codes and exception type count where the text says nothing.
 */
export function failureKind(text: string, fatal: boolean, attributes: string): FailureKind {
  const byText = kindOfText(text, fatal);
  if (byText !== 'plain' || attributes === '') return byText;
  const known = attributesOf(attributes);
  const grpc = BY_GRPC_STATUS[known.text('rpc.grpc.status_code', 'grpc.status_code', 'grpc.code')];
  if (grpc !== undefined) return grpc;
  const http = known.text('http.response.status_code', 'http.status_code', 'status_code', 'status');
  const byStatus = BY_HTTP_STATUS[http];
  if (byStatus !== undefined) return byStatus;
  const type = known.text('exception.type', 'error.type', 'error.name', 'exception');
  return type === '' ? 'plain' : kindOfText(`${type} ${known.text('exception.message', 'error.message')}`.toLowerCase(), fatal);
}

function kindOfText(text: string, fatal: boolean): FailureKind {
  if (CRASH.test(text) && (fatal || !/process (?:order|payment|request)/.test(text))) return 'crash';
  if (CALLER_GONE.test(text)) return 'cancelled';
  if (OWN_TIME.test(text)) return 'own';
  if (GAVE_UP.test(text)) return 'gave-up';
  if (RESET.test(text)) return 'reset';
  if (REFUSED.test(text)) return 'refused';
  if (CANCELLED.test(text)) return OWN.test(text) ? 'own' : 'cancelled';
  if (OWN.test(text)) return 'own';
  if (UNAVAILABLE.test(text)) return 'unavailable';
  const status = HTTP_STATUS.exec(text);
  const byStatus = BY_HTTP_STATUS[status?.[1] ?? status?.[2] ?? ''];
  if (byStatus !== undefined) return byStatus;
  return UPSTREAM.test(text) ? 'upstream' : 'plain';
}
