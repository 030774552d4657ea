/** A line of a stack trace. */
export interface StackFrame {
  /** The function as it is called in the trace; empty where it has no name. */
  readonly name: string;
  /** File without line numbers, cut to its last two parts; empty where none is named. */
  readonly file: string;
  /** False for frames of libraries and of the run-time. */
  readonly own: boolean;
}

/** Node, browsers: `at async OrderService.create (file:///app/dist/orders.js:10:5)`, `at /app/dist/orders.js:10:5`. */
const JAVASCRIPT = /^at (?:async |new )?(?:([^()]{1,300}) )?\(?([^()\s]{1,500}):\d+:\d+\)?$/;
/** What runs without a file: `at Array.map (<anonymous>)`. */
const BUILT_IN = /^at (?:async |new )?[^()]{1,300} \((?:<anonymous>|native|index \d{1,9})\)$/;
/** Java, Kotlin, Scala: `at com.shop.Orders.create(Orders.java:42)`. */
const JAVA = /^at (?:[^\s/()]{1,200}\/{1,2})?([^\s()]{1,400})\(([^()]{0,300}?)(?::\d+)?\)(?: ~?\[[^\]]*\])?$/;
/** .NET: `at Shop.Orders.Create(Int32 id) in /src/Orders.cs:line 42`. */
const DOTNET = /^at ([^\s()]{1,400})\([^()]{0,400}\)(?: in (.{1,500}):line \d+)?$/;
/** Python: `File "/app/orders.py", line 42, in create`. */
const PYTHON = /^File "([^"]{1,500})", line \d+(?:, in (.{1,200}))?$/;
/** Go, the line under the function's: `/app/orders.go:42 +0x1d`. */
const GO_FILE = /^(\/[^\s:]{1,500}\.go):\d+(?: \+0x[0-9a-f]+)?$/;
/** Ruby and PHP: `/app/orders.rb:42:in 'create'`, `from ...`; `#0 /var/www/Orders.php(42): Orders->create()`. */
const RUBY = /^(?:from )?([^\s:]{1,500}\.rb):\d+:in ['`](.{1,200})'$/;
const PHP = /^#\d+ ([^\s()]{1,500}\.php)\(\d+\): ([^()]{1,200})\(.{0,300}\)$/;

const FOREIGN_FILE =
  /node_modules|^node:|^internal\/|^native$|<anonymous>|site-packages|dist-packages|\/lib\/python\d|<frozen |\/usr\/local\/go\/|\/go\/pkg\/mod\/|\/gems\/|\/vendor\//;
const FOREIGN_NAME =
  /^(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|org\.springframework|org\.apache|org\.hibernate|org\.postgresql|com\.zaxxer|io\.netty|io\.grpc|io\.vertx|reactor|com\.google|com\.fasterxml|System|Microsoft)\./;

/** The frame on a trimmed line; null where the line is none. */
export function stackFrameOf(line: string): StackFrame | null {
  const js = JAVASCRIPT.exec(line);
  if (js !== null) return frame(js[1] ?? '', js[2] ?? '');
  if (BUILT_IN.test(line)) return { name: '', file: '', own: false };
  const java = JAVA.exec(line);
  if (
    java !== null &&
    /\.[\w$<>]+$/.test(java[1] ?? '') &&
    /^(?:[\w$]+\.\w+|Native Method|Unknown Source|<[\w ]+>)$/.test(java[2] ?? '')
  )
    return frame(java[1] ?? '', '');
  const dotnet = DOTNET.exec(line);
  if (dotnet !== null) return frame(dotnet[1] ?? '', dotnet[2] ?? '');
  const python = PYTHON.exec(line);
  if (python !== null) return frame(python[2] ?? '', python[1] ?? '');
  const go = GO_FILE.exec(line);
  if (go !== null) return frame('', go[1] ?? '');
  const ruby = RUBY.exec(line);
  if (ruby !== null) return frame(ruby[2] ?? '', ruby[1] ?? '');
  const php = PHP.exec(line);
  return php === null ? null : frame(php[2] ?? '', php[1] ?? '');
}

function frame(name: string, file: string): StackFrame {
  const own = !FOREIGN_FILE.test(file) && !FOREIGN_NAME.test(name);
  return { name, file: file.split(/[\\/]/).slice(-2).join('/'), own };
}
