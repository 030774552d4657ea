import type { Story, StorySpan } from '../story.js';

const ROUTES = ['/', '/products', '/products/{id}', '/search'] as const;
const WORDS = ['boots', 'rain jacket', 'tent', 'stove', 'headlamp', 'rope', 'sleeping bag'] as const;

/** Somebody looks around. */
export function browse(story: Story): void {
  const { random } = story;
  const route = random.pick(ROUTES);
  const took = random.around(45);
  const gateway = story.span('web-gateway');
  gateway.log(0, 'info', `GET ${route}`, { 'http.method': 'GET', 'http.route': route, region: random.pick(['eu', 'eu', 'us']) });
  const catalog = gateway.call('catalog');
  catalog.log(took * 0.1, 'debug', `loading ${random.between(8, 40)} products`, { cache: random.chance(0.7) ? 'hit' : 'miss' });
  if (route === '/search') {
    const search = catalog.call('search');
    const word = random.pick(WORDS);
    search.log(took * 0.2, 'info', `searching for "${word}"`, { index: 'products-v7' });
    search.log(took * 0.7, 'debug', `${random.between(0, 220)} hits in ${took.toFixed(1)} ms`, { shards: 4 });
  }
  if (random.chance(0.03))
    catalog.log(took * 0.8, 'warn', `slow query took ${random.between(200, 900)} ms`, { table: 'products' });
  gateway.log(took, 'info', `200 GET ${route} in ${took.toFixed(0)} ms`, { 'http.status_code': 200 });
}

/** Somebody signs in; a wrong password is nothing that failed. */
export function login(story: Story): void {
  const { random } = story;
  const took = random.around(80);
  const good = random.chance(0.9);
  const gateway = story.span('web-gateway');
  gateway.log(0, 'info', 'POST /login', { 'http.method': 'POST', 'http.route': '/login' });
  const accounts = gateway.call('accounts');
  accounts.log(took * 0.2, 'debug', 'checking the password', { 'user.id': `u${random.between(1_000, 9_999)}` });
  if (good) accounts.log(took * 0.9, 'info', 'session opened', { ttl_s: 3_600 });
  else accounts.log(took * 0.9, 'warn', 'wrong password', { attempt: random.between(1, 3) });
  gateway.log(took, 'info', `${good ? 200 : 401} POST /login in ${took.toFixed(0)} ms`, { 'http.status_code': good ? 200 : 401 });
}

/** What every checkout has until it comes to the part that may fail. */
export interface Checkout {
  readonly order: number;
  readonly gateway: StorySpan;
  readonly checkout: StorySpan;
  /** Milliseconds after which the cart is known. */
  readonly ready: number;
}

export function beginCheckout(story: Story): Checkout {
  const { random } = story;
  const order = random.between(40_000, 99_999);
  const gateway = story.span('web-gateway');
  gateway.log(0, 'info', 'POST /checkout', {
    'http.method': 'POST',
    'http.route': '/checkout',
    region: random.pick(['eu', 'eu', 'us']),
  });
  const checkout = gateway.call('checkout');
  checkout.log(4, 'info', `placing order ${order}`, { 'order.id': order, items: random.between(1, 6) });
  const accounts = checkout.call('accounts');
  const looked = random.around(12);
  accounts.log(6, 'debug', 'loading the customer', { 'user.id': `u${random.between(1_000, 9_999)}` });
  accounts.log(6 + looked, 'info', 'customer loaded', { tier: random.pick(['basic', 'basic', 'gold']) });
  return { order, gateway, checkout, ready: 10 + looked };
}

/** Reserves what is in the cart. @returns when that is done */
export function reserve({ checkout, order, ready }: Checkout): number {
  const took = checkout.story.random.around(18);
  const inventory = checkout.call('inventory');
  inventory.log(ready + 2, 'info', `reserving stock for order ${order}`, { 'order.id': order });
  inventory.log(ready + 2 + took, 'info', 'stock reserved', { warehouse: 'rtm-2' });
  return ready + 4 + took;
}

/** Somebody buys. */
export function buy(story: Story): void {
  const { random } = story;
  const checkout = beginCheckout(story);
  const reserved = reserve(checkout);
  const paid = random.around(160);
  const payments = checkout.checkout.call('payments');
  payments.log(reserved + 2, 'info', `authorising order ${checkout.order}`, { provider: random.pick(['acme-pay', 'nordbank']) });
  payments.log(reserved + paid, 'info', 'authorised', { amount_cents: random.between(900, 42_000) });
  finishCheckout(checkout, reserved + paid + 3);
  confirmByMail(checkout, reserved + paid + 40);
}

export function finishCheckout({ checkout, gateway, order }: Checkout, ms: number): void {
  checkout.log(ms, 'info', `order ${order} placed`, { 'order.id': order });
  gateway.log(ms + 2, 'info', `201 POST /checkout in ${ms.toFixed(0)} ms`, { 'http.status_code': 201 });
}

export function confirmByMail({ checkout }: Checkout, ms: number): StorySpan {
  const mailer = checkout.call('mailer');
  mailer.log(ms, 'info', 'consumed OrderPlaced from the queue', {
    'messaging.system': 'rabbitmq',
    'messaging.operation': 'receive',
  });
  mailer.log(ms + mailer.story.random.around(60), 'info', 'confirmation sent', { template: 'order-confirmation' });
  return mailer;
}
