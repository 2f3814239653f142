import { expect, it } from 'vitest';
import type { Figure } from './figure';
import { SvgInk } from './ink';
import { rowsOfPoints } from './row';
import { LINEAR } from './scale';
import { layOut, sheetSvg } from './sheet';

const textWidth = (text: string) => 6 * text.length;
const palette = new Proxy({} as Figure['spec']['palette'], {
  get: (_, name) => (name === 'runs' ? Array(13).fill('#000') : /Alpha|stroke/.test(String(name)) ? 1 : '#000'),
});
function figure(title: string, runs: number): Figure {
  const lines = Array.from({ length: runs }, (_, i) => ({
    key: `${i}`,
    rows: rowsOfPoints([0, 1], [0, 1]),
    colour: '#123456',
    dash: [],
    label: `a run with a long name ${i}`,
    live: false,
    restarts: [],
    superseded: false,
  }));
  const spec = { lines, unit: 'step', x: [0, 1], y: [0, 1], xScale: LINEAR, yScale: LINEAR, labelled: true } as const;
  return {
    spec: { ...spec, smooth: false, raw: false, band: false, picked: null, large: false, palette } as Figure['spec'],
    title,
    xLabel: 'Step',
    note: '',
    width: 400,
    height: 200,
    background: null,
  };
}

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
