import { expect, test } from 'vitest';
import { holdOrder, sortRuns } from './table';

const run = (name: string, step: number | null) => ({ name, step, duration: null, started: null });

test('names sort naturally, both ways', () => {
  const runs = [run('r10', 1), run('r2', 1)];
  expect(sortRuns(runs, 'name', false)).toEqual(['r2', 'r10']);
  expect(sortRuns(runs, 'name', true)).toEqual(['r10', 'r2']);
});

test('a run without a step comes last either way', () => {
  const runs = [run('none', null), run('low', 1), run('high', 9)];
  expect(sortRuns(runs, 'step', false)).toEqual(['low', 'high', 'none']);
  expect(sortRuns(runs, 'step', true)).toEqual(['high', 'low', 'none']);
});

test('equal figures keep the order of names', () => {
  expect(sortRuns([run('b', 5), run('a', 5)], 'step', true)).toEqual(['a', 'b']);
});

test('under the pointer rows keep their places and new ones come after', () => {
  expect(holdOrder(['b', 'a', 'gone'], ['a', 'b', 'new'])).toEqual(['b', 'a', 'new']);
});
