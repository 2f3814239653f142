import { expect, test } from 'vitest';
import { paintFindings, rowOfStep, type ChartMark } from './mark';
import { SvgInk } from './ink';
import { rowsOfPoints, type Rows } from './row';
import { LINEAR } from './scale';
import type { PlotLine, PlotSpec } from './spec';
import { projectionOf, xPixel, yPixel } from './trace';
import { Words } from './word';

const rows = (step: number[], count: number[]) =>
  ({ step: Float64Array.from(step), count: Int32Array.from(count) }) as unknown as Rows;

test('a step is in the row that begins at or before it', () => {
  const some = rows([0, 100, 200], [100, 100, 50]);
  expect([0, 99, 100, 199, 200, 230].map((step) => rowOfStep(some, step))).toEqual([0, 0, 1, 1, 2, 2]);
});

test('a step before the line, or after its last point, is in no row', () => {
  const some = rows([10, 20, 30], [1, 1, 1]);
  expect([9, 30, 31].map((step) => rowOfStep(some, step))).toEqual([-1, 2, -1]);
  expect(rowOfStep(rows([], []), 3)).toBe(-1);
});

test('on the line of a group what is not finite in a run is a triangle above it', () => {
  const { shapes, by } = paint([{ what: 'nan', step: 4, words: 'NaN at 4 in seed 2' }]);
  const [[x, y]] = shapes as [[number, number]];
  expect(x).toBeCloseTo(xPixel(by, 4), 1);
  expect(yPixel(by, Y[4]!) - y).toBe(13);
});

const BOX = { left: 0, top: 0, width: 400, height: 200 };
const Y = [1, 1, 8, 1, 1, 1, 1, 6, 1, 1];

function paint(marks: ChartMark[], change: Partial<PlotSpec> = {}) {
  const spec = {
    x: [0, 9],
    y: [0, 10],
    xScale: LINEAR,
    yScale: LINEAR,
    smooth: false,
    raw: true,
    large: true,
    palette: { surface: '#fff', ink2: '#222', sans: 'sans' },
    ...change,
  } as PlotSpec;
  const by = projectionOf(spec.x, spec.y, spec, BOX);
  const ink = new SvgInk((text) => text.length * 6);
  const line = { rows: rowsOfPoints([...Y.keys()], Y), colour: '#a00', marks } as unknown as PlotLine;
  paintFindings(ink, line, spec, by, BOX, 1, spec.large ? new Words(ink, spec, 1, BOX) : null);
  const svg = ink.toString(400, 200, '');
  const shapes = [...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)[^>]*fill="#a00"/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  return { svg, by, shapes };
}

test('a mark stands above the peak of its line, in its colour, the first with words where there is room', () => {
  const { svg, by, shapes } = paint([
    { what: 'spike', step: 2, words: 'spike at 2' },
    { what: 'spike', step: 7, words: 'spike at 7' },
  ]);
  expect(shapes.length).toBe(2);
  expect(shapes[0]![0]).toBeCloseTo(xPixel(by, 2), 0);
  expect(shapes[0]![1]).toBeCloseTo(yPixel(by, 8) - 2, 0);
  expect(svg).toContain('>spike at 2<');
  expect(svg).not.toContain('spike at 7');
  expect(paint([{ what: 'spike', step: 2, words: 'spike at 2' }], { large: false }).svg).not.toContain('spike at');
});

test('what is out of sight is not marked, and marks that would touch are one', () => {
  const both: ChartMark[] = [
    { what: 'spike', step: 2, words: 'a' },
    { what: 'stopped', step: 9, words: 'b' },
  ];
  expect(paint(both, { x: [3, 6] }).shapes).toEqual([]);
  expect(paint([both[0]!, { ...both[0]!, what: 'divergence' }]).shapes.length).toBe(1);
});

test('a peak above the axis is marked at its upper edge', () => {
  const { shapes } = paint([{ what: 'spike', step: 2, words: 'a' }], { y: [0, 3] });
  expect(shapes[0]![1]).toBe(8);
});

test('a healthy line has no mark', () => {
  expect(paint([]).shapes).toEqual([]);
});
