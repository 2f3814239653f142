import { expect, it } from 'vitest';
import { rowsOfPoints } from '../../lib/chart/row';
import { branchStarts, shownOf } from './overtaken';
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

it('each restart leaves a branch of its own behind', () => {
  const restarts = [80, 180].map((step) => ({ step, x: step }));
  const rows = rowsOfPoints([80, 90, 100, 180, 190], [1, 2, 3, 4, 5]);
  expect(branchStarts(rows, restarts)).toEqual([3]);
  expect(branchStarts(rows, restarts.slice(0, 1))).toEqual([]);
  expect(branchStarts(rowsOfPoints([], []), restarts)).toEqual([]);
});

it('on an axis of time a branch that goes back in steps begins another too', () => {
  const rows = { ...rowsOfPoints([0, 1, 2, 3, 4], [1, 2, 3, 4, 5]), step: Float64Array.of(90, 100, 85, 90, 180) };
  expect(branchStarts(rows, [{ step: 180, x: 4 }])).toEqual([2, 4]);
});
