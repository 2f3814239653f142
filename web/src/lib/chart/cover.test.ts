import { expect, it } from 'vitest';
import { Cover } from './cover';
import { rowsOfPoints } from './row';
import { LINEAR } from './scale';
import type { PlotLine, PlotSpec } from './spec';
import { projectionOf } from './trace';

const SIZE = { width: 600, height: 300 };
const coverOf = (lines: { x: number[]; y: number[]; faint?: boolean; superseded?: boolean }[]) => {
  const spec = {
    lines: lines.map(({ x, y, ...more }) => ({ superseded: false, ...more, rows: rowsOfPoints(x, y) }) as PlotLine),
    x: [0, 600],
    y: [0, 300],
    xScale: LINEAR,
    yScale: LINEAR,
    smooth: false,
  } as unknown as PlotSpec;
  return new Cover(spec, projectionOf([0, 600], [0, 300], spec, { left: 0, top: 0, ...SIZE }), 600, 300);
};
const box = (left: number, top: number, width = 40, height = 40) => ({ left, top, width, height });

it('a line is wherever its segments run, not only at its points', () => {
  const cover = coverOf([{ x: [0, 600], y: [0, 300] }]);
  for (const x of [40, 200, 333, 500]) {
    expect(cover.under(box(x - 20, 300 - x / 2 - 20)), `at ${x}`).toBeGreaterThan(0);
    expect(cover.under(box(x - 20, 300 - x / 2 + 30)), `below ${x}`).toBe(0);
    expect(cover.under(box(x - 20, 300 - x / 2 - 70)), `above ${x}`).toBe(0);
  }
});

it('a steep line is there at every height', () => {
  const cover = coverOf([{ x: [300, 301], y: [0, 300] }]);
  for (let y = 0; y <= 260; y += 20) expect(cover.under(box(280, y)), `at ${y}`).toBeGreaterThan(0);
  const upright = coverOf([{ x: [300, 300], y: [0, 300] }]);
  for (let y = 0; y <= 260; y += 20) expect(upright.under(box(280, y)), `at ${y}`).toBeGreaterThan(0);
});

it('a line from and to far outside is where it crosses the chart', () => {
  const cover = coverOf([{ x: [-1e9, 1e9], y: [150, 150] }]);
  expect(cover.under(box(280, 130))).toBeGreaterThan(0);
  expect(cover.under(box(280, 10))).toBe(0);
});

it('a point alone counts; faint and overtaken lines do not', () => {
  expect(coverOf([{ x: [300], y: [150] }]).under(box(280, 130))).toBe(1);
  for (const more of [{ faint: true }, { superseded: true }])
    expect(coverOf([{ x: [0, 600], y: [150, 150], ...more }]).under(box(280, 130))).toBe(0);
});

it('what lies beside the chart hides nothing', () => {
  const cover = coverOf([{ x: [0, 600], y: [150, 150] }]);
  for (const beside of [box(-50, 130), box(700, 130), box(280, 310), box(280, -60)])
    expect(cover.under(beside)).toBe(0);
});
