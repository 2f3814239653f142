import { describe, expect, it } from 'vitest';
import { rowsAround, rowsInside } from './row';

const x = Float64Array.of(0, 10, 20, 30, 40);

describe('rows of a range', () => {
  it('has both ends inside', () => expect(rowsInside(x, [10, 30])).toEqual([1, 4]));
  it('takes the neighbour on each side, so that a line reaches the edges', () =>
    expect(rowsAround(x, [10, 30])).toEqual([0, 5]));
  it('takes both neighbours when the range lies between two rows', () =>
    expect(rowsAround(x, [12, 13])).toEqual([1, 3]));
  it('takes one row beyond the end of the data, where only the last piece of the line can be seen', () =>
    expect(rowsAround(x, [50, 60])).toEqual([4, 5]));
  it('is empty for no rows', () => expect(rowsAround(new Float64Array(0), [0, 1])).toEqual([0, 0]));
});
