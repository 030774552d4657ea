import { Turns } from './turns.js';

/** Work that ends when the test says so. */
function open(turns: Turns): { readonly end: () => void; readonly ended: Promise<void> } {
  let end: () => void = () => undefined;
  const ended = turns.during(() => new Promise<void>((resolve) => (end = resolve)));
  return { end: () => end(), ended };
}

describe('Turns', () => {
  it('lets through at once where nobody stores', async () => {
    await new Turns().next();
  });

  it('lets those that wait through one after the other', async () => {
    const turns = new Turns(60_000);
    const first = open(turns);
    const order: string[] = [];
    const lane = async (name: string): Promise<void> => {
      await turns.next();
      await turns.during(async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} ends`);
      });
    };
    const lanes = Promise.all([lane('a'), lane('b'), lane('c')]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    first.end();
    await lanes;
    expect(order).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it('goes on after work that fails', async () => {
    const turns = new Turns(60_000);
    await expect(turns.during(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await turns.next();
  });

  it('lets through after a while where the work does not end, and the next one still comes in its turn', async () => {
    const turns = new Turns();
    const stuck = open(turns);
    await turns.next();
    const patient = turns.next();
    stuck.end();
    await Promise.all([stuck.ended, patient]);
  });
});
