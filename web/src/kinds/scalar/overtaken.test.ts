import { expect, it } from 'vitest';
import { rowsOfPoints } from '../../lib/chart/row';
import { shownOf } from './overtaken';
import type { Line } from './types';

const line = (run: string, superseded: boolean, points: number): Line => ({
  run,
  tag: 'loss',
  superseded,
  rows: rowsOfPoints([0, 1], [1, 2]),
  detail: true,
  points,
  unplaced: 0,
  extent: [0, 1],
  began: null,
  restarts: [],
});
const few = [line('a', false, 100), line('a', true, 20)];
const most = [line('b', false, 4), line('b', true, 80)];
const said = (lines: readonly Line[]) => lines.map((one) => [one.run, one.superseded]);

it('what a restart has overtaken is left out, unless it is more than what stands of its series', () => {
  expect(said(shownOf([...few, ...most], 'auto'))).toEqual([
    ['a', false],
    ['b', false],
    ['b', true],
  ]);
});

it('a series of which nothing stands is drawn as it was', () => {
  expect(said(shownOf([line('c', true, 3)], 'auto'))).toEqual([['c', true]]);
});

it('what was asked for goes before', () => {
  expect(shownOf([...few, ...most], 'shown')).toEqual([...few, ...most]);
  expect(said(shownOf([...few, ...most], 'hidden'))).toEqual([
    ['a', false],
    ['b', false],
  ]);
});

it('all branches of a series count, however few points each has', () => {
  const branches = [line('d', true, 30), line('d', true, 40)];
  expect(said(shownOf([line('d', false, 60), ...branches], 'auto'))).toHaveLength(3);
  expect(said(shownOf([line('d', false, 70), ...branches], 'auto'))).toHaveLength(1);
});
