import { maskMessage } from './mask-message.js';
import { reduceStack } from './reduce-stack.js';

const NODE = `TypeError: Cannot read properties of undefined (reading 'sku')
    at Array.map (<anonymous>)
    at Client.request (/app/node_modules/pg/lib/client.js:512:17)
    at async OrderService.create (file:///app/dist/orders/order.service.js:88:21)
    at async /app/dist/orders/order.controller.js:12:5
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5) {
  code: 'E_SKU'
}`;
const JAVA = `com.shop.ReservationException: Cannot reserve order 8812
\tat com.shop.inventory.Reservations.reserve(Reservations.java:42)
\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:897)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: java.net.ConnectException: Connection refused
\tat java.base/sun.nio.ch.Net.connect0(Native Method)
\tat com.shop.http.StockClient.call(StockClient.java:17) ~[app.jar:1.2]
\t... 12 more`;
const PYTHON = `Failed to price cart 77
Traceback (most recent call last):
  File "/srv/pricing/app/views.py", line 31, in price
    return self.rules.apply(cart)
  File "/srv/pricing/app/rules.py", line 12, in apply
    raise ValueError(f"no rule for {sku}")
  File "/usr/lib/python3.12/site-packages/rules/core.py", line 4, in check
    pass
ValueError: no rule for 'A-77'`;
const GO = `panic: runtime error: index out of range [5] with length 3

goroutine 18 [running]:
main.(*Server).handle(0xc0000a6000, {0x7f, 0x3})
\t/app/cmd/server/main.go:88 +0x1d
net/http.HandlerFunc.ServeHTTP(0x0)
\t/usr/local/go/src/net/http/server.go:2136 +0x29
created by net/http.(*Server).Serve in goroutine 1`;
const DOTNET = `System.InvalidOperationException: Sequence contains no elements
   at System.Linq.ThrowHelper.ThrowNoElementsException()
   at Shop.Orders.OrderService.Find(Int32 id) in /src/Orders/OrderService.cs:line 42`;
const RUBY = `undefined method 'total' for nil (NoMethodError)
	from /app/models/cart.rb:12:in 'checkout'
	from /usr/lib/ruby/gems/rack.rb:4:in 'call'`;
const PHP = `PHP Fatal error: Uncaught Exception: no stock
#0 /var/www/vendor/x/Kernel.php(3): run()
#1 /var/www/src/Cart.php(42): Cart->checkout(Object(User))
#2 {main}`;

describe('A message with a stack trace', () => {
  it.each([
    [
      'Node',
      NODE,
      "TypeError: Cannot read properties of undefined (reading 'sku')",
      'OrderService.create (orders/order.service.js)',
    ],
    [
      'Java',
      JAVA,
      'com.shop.ReservationException: Cannot reserve order 8812\ncaused by java.net.ConnectException: Connection refused',
      'com.shop.http.StockClient.call',
    ],
    ['Python', PYTHON, "Failed to price cart 77\nValueError: no rule for 'A-77'", 'apply (app/rules.py)'],
    ['Go', GO, 'panic: runtime error: index out of range [5] with length 3', 'server/main.go'],
    [
      '.NET',
      DOTNET,
      'System.InvalidOperationException: Sequence contains no elements',
      'Shop.Orders.OrderService.Find (Orders/OrderService.cs)',
    ],
    ['Ruby', RUBY, "undefined method 'total' for nil (NoMethodError)", 'checkout (models/cart.rb)'],
    ['PHP', PHP, 'PHP Fatal error: Uncaught Exception: no stock', 'Cart->checkout (src/Cart.php)'],
  ])('of %s keeps what was said and the first own frame', (_, message, text, frame) => {
    expect(reduceStack(message)).toEqual({ text, frame });
  });

  it('is the same template whatever its line numbers, library frames and folders are', () => {
    const moved = NODE.replace('order.service.js:88:21', 'order.service.js:91:3')
      .replaceAll('/app/', '/usr/src/app/')
      .replace('    at Array.map (<anonymous>)\n', '');
    expect(maskMessage(moved)).toBe(maskMessage(NODE));
    expect(maskMessage(NODE)).toBe(
      'TypeError: Cannot read properties of undefined (reading <str>) at OrderService.create (orders/order.service.js)',
    );
  });

  it('is another template where it was thrown elsewhere', () => {
    expect(maskMessage(NODE.replace('OrderService.create', 'CartService.add'))).not.toBe(maskMessage(NODE));
  });

  it('is understood where a logger escaped its line feeds', () => {
    expect(maskMessage(NODE.replaceAll('\n', '\\n'))).toBe(maskMessage(NODE));
    expect(maskMessage(JSON.stringify({ level: 50, err: { message: 'x', stack: NODE } }))).toBe(maskMessage(NODE));
  });

  it('without an own frame is what was said', () => {
    const foreign = 'Error: boom\n    at Socket.emit (node:events:518:28)\n    at x (/app/node_modules/y/z.js:1:1)';
    expect(reduceStack(foreign)).toEqual({ text: 'Error: boom', frame: null });
  });
});

describe('A message of several lines', () => {
  it.each(['first\nsecond', 'Called at noon\nat home', 'Caused by: rain\nand wind'])(
    'without frames stays as it is: %j',
    (message) => {
      expect(reduceStack(message)).toEqual({ text: message, frame: null });
    },
  );
});
