import { expect, it } from 'vitest';
import { figureOf, textWidth } from './fixture';
import { SvgInk } from './ink';
import { layOut, sheetSvg } from './sheet';

const figure = (title: string, runs: number) =>
  figureOf(
    Array.from({ length: runs }, (_, i) => `a run with a long name ${i}`),
    { title },
  );

it('figures stand in rows as high as their highest', () => {
  const figures = [figure('a', 1), figure('b', 9), figure('c', 1)];
  const { placed, width, height } = layOut(new SvgInk(textWidth), figures, 2);
  expect(placed.map(({ x, y }) => [x, y > 0])).toEqual([
    [0, false],
    [408, false],
    [0, true],
  ]);
  expect(placed[2]!.y).toBe(placed[1]!.height + 8);
  expect(width).toBe(808);
  expect(height).toBe(placed[2]!.y + placed[2]!.height);
});

it('an SVG of several figures gives no id twice', () => {
  const svg = sheetSvg([figure('a', 1), figure('b', 2)], 2, textWidth);
  const ids = [...svg.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
  expect(ids.length).toBeGreaterThanOrEqual(2);
  expect(new Set(ids).size).toBe(ids.length);
  expect(svg.match(/<title>/g)).toHaveLength(2);
});

it('one figure alone is a plain picture', () => {
  expect(sheetSvg([figure('a', 1)], 2, textWidth)).toMatch(/^<svg xmlns="[^"]+" width="400"/);
});
