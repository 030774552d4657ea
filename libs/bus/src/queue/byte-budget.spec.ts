import fc from 'fast-check';
import { ByteBudget } from './byte-budget.js';

describe('the byte budget', () => {
  it('lets the first in, however large, and refuses the next until it is given back', () => {
    const budget = new ByteBudget(100, 50);
    expect(budget.take('a', 1_000)).toBe(true);
    expect(budget.take('b', 1)).toBe(false);
    budget.giveBack('a', 1_000);
    expect(budget.take('b', 1)).toBe(true);
  });

  it("keeps one tenant out of another's share", () => {
    const budget = new ByteBudget(100, 50);
    expect(budget.take('loud', 50)).toBe(true);
    expect(budget.take('loud', 1)).toBe(false);
    expect(budget.take('quiet', 50)).toBe(true);
  });

  it('is empty again when all was given back', () => {
    const takes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 60 })));
    fc.assert(
      fc.property(takes, (wanted) => {
        const budget = new ByteBudget(100, 50);
        const taken = wanted.filter(([tenant, bytes]) => budget.take(tenant, bytes));
        expect(budget.used).toBeLessThanOrEqual(100);
        for (const [tenant, bytes] of taken) budget.giveBack(tenant, bytes);
        expect(budget.used).toBe(0);
      }),
    );
  });
});
