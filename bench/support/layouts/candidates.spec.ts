import { chosenLayouts } from './candidates.js';

describe('the choice of lay-outs', () => {
  it('is all of them where nothing is chosen, the product first and last', () => {
    const names = chosenLayouts('').map(({ name }) => name);
    expect(names[0]).toBe('product');
    expect(names.at(-1)).toBe('product');
    expect(new Set(names).size).toBe(names.length - 1);
  });

  it('keeps the order and the repetitions of what is asked for', () => {
    expect(chosenLayouts('none, product,none').map(({ name }) => name)).toEqual(['none', 'product', 'none']);
  });

  it('names the choices where a name is unknown', () => {
    expect(() => chosenLayouts('heap')).toThrow(/product, none, .*; heap is none/);
  });
});
