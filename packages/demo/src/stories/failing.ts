import type { Story } from '../story.js';
import { beginCheckout, finishCheckout, reserve } from './healthy.js';

/*
 * The five ways in which the shop fails, each with another kind of cause. Rootspan is told nothing of them: it has to find
 * out from the records.
 */

/** The bank says no; the error travels up through two services. */
export function cardDeclined(story: Story): void {
  const { random } = story;
  const checkout = beginCheckout(story);
  const reserved = reserve(checkout);
  const failed = reserved + random.around(140);
  const payments = checkout.checkout.call('payments');
  payments.log(reserved + 2, 'info', `authorising order ${checkout.order}`, { provider: 'nordbank' });
  payments.log(failed, 'error', `card declined by issuer: insufficient_funds (order ${checkout.order})`, {
    'exception.type': 'CardDeclinedError',
    provider: 'nordbank',
    retryable: false,
  });
  checkout.checkout.log(
    failed + 3,
    'error',
    `payment of order ${checkout.order} failed: card declined by issuer: insufficient_funds`,
  );
  checkout.gateway.log(failed + 5, 'error', `POST /checkout failed: 402 Payment Required`, { 'http.status_code': 402 });
}

/** A caller gives up on a service that is held up by a lock, and that logs no error at all. */
export function stockLocked(story: Story): void {
  const { random } = story;
  const { order, gateway, checkout, ready } = beginCheckout(story);
  const inventory = checkout.call('inventory');
  inventory.log(ready + 2, 'info', `reserving stock for order ${order}`, { 'order.id': order });
  inventory.log(
    ready + random.around(900),
    'warn',
    `waiting for row lock on stock_items (holder pid ${random.between(2_000, 9_999)})`,
    {
      table: 'stock_items',
    },
  );
  const gaveUp = ready + 3_000;
  checkout.log(gaveUp, 'error', 'inventory did not answer: timeout of 3000 ms exceeded', {
    'exception.type': 'TimeoutError',
    'peer.service': 'inventory',
  });
  gateway.log(gaveUp + 4, 'error', `POST /checkout failed: 504 Gateway Timeout`, { 'http.status_code': 504 });
  inventory.log(gaveUp + random.around(1_100), 'info', 'stock reserved', { warehouse: 'rtm-2' });
}

/** Three attempts, all alike, until the caller has had enough. */
export function poolExhausted(story: Story): void {
  const { random } = story;
  const gateway = story.span('web-gateway');
  gateway.log(0, 'info', 'POST /login', { 'http.method': 'POST', 'http.route': '/login' });
  let ms = 3;
  for (let attempt = 1; attempt <= 3; attempt++) {
    const accounts = gateway.call('accounts');
    accounts.log(ms, 'debug', 'checking the password', { attempt });
    ms += random.around(500);
    accounts.log(ms, 'error', 'no connection within 500 ms: pool of 20 is exhausted, 34 are waiting', {
      'exception.type': 'PoolTimeoutError',
      'db.system': 'postgresql',
      attempt,
    });
    if (attempt < 3) gateway.log(ms + 2, 'warn', `accounts answered 503, attempt ${attempt} of 3`, { attempt });
    ms += 100 * attempt;
  }
  gateway.log(ms, 'error', 'POST /login failed: accounts failed after 3 attempts', { 'http.status_code': 503 });
}

/** A crash that takes the connection with it. */
export function searchCrash(story: Story): void {
  const { random } = story;
  const gateway = story.span('web-gateway');
  gateway.log(0, 'info', 'GET /search', { 'http.method': 'GET', 'http.route': '/search' });
  const catalog = gateway.call('catalog');
  catalog.log(3, 'info', 'searching products', { page: random.between(1, 9) });
  const search = catalog.call('search');
  search.log(6, 'info', 'searching for ""', { index: 'products-v8' });
  const ms = 6 + random.around(20);
  search.log(
    ms,
    'fatal',
    'panic: runtime error: index out of range [7] with length 7\ngoroutine 84 [running]:\nmain.(*Ranker).score(0xc0004e8000)\n\t/src/ranker.go:118',
    {
      'exception.type': 'runtime.boundsError',
    },
  );
  catalog.log(ms + 2, 'error', 'rpc error: code = Unavailable desc = error reading from server: EOF', {
    'peer.service': 'search',
  });
  gateway.log(ms + 4, 'error', 'GET /search failed: 502 Bad Gateway', { 'http.status_code': 502 });
}

/** The order is placed; what was handed over to a queue fails when nobody waits any more. */
export function mailTemplate(story: Story): void {
  const { random } = story;
  const checkout = beginCheckout(story);
  const reserved = reserve(checkout);
  const paid = reserved + random.around(150);
  checkout.checkout
    .call('payments')
    .log(reserved + 2, 'info', `authorising order ${checkout.order}`)
    .log(paid, 'info', 'authorised');
  finishCheckout(checkout, paid + 4);
  const mailer = checkout.checkout.call('mailer');
  const sent = paid + 60 + random.around(200);
  mailer.log(sent, 'info', 'consumed OrderPlaced from the queue', {
    'messaging.system': 'rabbitmq',
    'messaging.operation': 'receive',
  });
  mailer.log(sent + 20, 'error', 'template order-confirmation: variable customer.first_name is missing', {
    'exception.type': 'TemplateError',
    template: 'order-confirmation',
  });
}

/** A retry that helps: an error is logged, and nobody has to do anything. */
export function paymentRetried(story: Story): void {
  const { random } = story;
  const checkout = beginCheckout(story);
  const reserved = reserve(checkout);
  const failed = reserved + random.around(90);
  const first = checkout.checkout.call('payments');
  first.log(reserved + 2, 'info', `authorising order ${checkout.order}`, { attempt: 1 });
  first.log(failed, 'error', 'provider answered 503 Service Unavailable', { provider: 'acme-pay', 'http.status_code': 503 });
  checkout.checkout.log(failed + 2, 'warn', 'payment failed, trying again', { attempt: 1 });
  const second = checkout.checkout.call('payments');
  const done = failed + 210 + random.around(120);
  second.log(failed + 204, 'info', `authorising order ${checkout.order}`, { attempt: 2 });
  second.log(done, 'info', 'authorised', { attempt: 2 });
  finishCheckout(checkout, done + 3);
}

/** A nightly import with a span for each article, one of which fails. @param spans how many there are in all, 4 at least */
export function largeImport(story: Story, spans: number): void {
  const { random } = story;
  const gateway = story.span('web-gateway');
  gateway.log(0, 'info', 'POST /admin/import', { 'http.route': '/admin/import' });
  const catalog = gateway.call('catalog');
  catalog.log(3, 'info', `importing ${spans - 3} articles`);
  const bad = Math.floor((spans - 3) * 0.7);
  let ms = 8;
  for (let i = 0; i < spans - 3; i++) {
    const article = catalog.call(i % 3 === 0 ? 'inventory' : 'search');
    article.log(ms, 'info', `article ${10_000 + i} ${i % 3 === 0 ? 'stocked' : 'indexed'}`, { row: i });
    if (i === bad) {
      const accounts = article.call('accounts');
      accounts.log(ms + 2, 'error', 'permission denied: role importer may not read suppliers', {
        'exception.type': 'PermissionError',
      });
      article.log(ms + 4, 'error', `article ${10_000 + i}: permission denied: role importer may not read suppliers`, { row: i });
    }
    ms += random.around(4);
  }
  catalog.log(ms + 4, 'error', `import failed: article ${10_000 + bad}: permission denied: role importer may not read suppliers`);
  gateway.log(ms + 6, 'error', 'POST /admin/import failed: 500', { 'http.status_code': 500 });
}
