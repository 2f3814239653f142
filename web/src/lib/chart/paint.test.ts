import { expect, it } from 'vitest';
import { lineOf, specOf, textWidth } from './fixture';
import { SvgInk } from './ink';
import { labelGutter, paintLines } from './paint';
import { rowsOfPoints } from './row';
import { toldOf, type PlotLine } from './spec';
import { projectionOf } from './trace';

const line = (label: string, tail?: string): PlotLine => lineOf(label, tail === undefined ? {} : { tail });
const spec = (lines: PlotLine[], large = true) => specOf(lines, { large, width: 700 });
const box = { left: 0, top: 0, width: 500, height: 200 };
const paint = (lines: PlotLine[]) => {
  const ink = new SvgInk(textWidth);
  paintLines(ink, spec(lines), projectionOf([0, 1], [0, 1], spec(lines), box), box, 1);
  return ink.toString(700, 200, '');
};

it('a label that is too long loses the middle of its name and never the number of runs', () => {
  const svg = paint([line('a group with a long name (12 runs)', ' (12 runs)'), line('b (2 runs)', ' (2 runs)')]);
  expect(svg).toMatch(/>a gro[^<]*…[^<]*ame \(12 runs\)</);
  expect(svg).toContain('>b (2 runs)<');
});

it('labels have more room where they say of how many runs a line is, and none on a small chart', () => {
  const [plain, group] = [line('a'), line('b (2 runs)', ' (2 runs)')];
  expect(labelGutter(spec([plain]))!).toBeLessThan(labelGutter(spec([plain, group]))!);
  expect(labelGutter(spec([plain], false))).toBeNull();
  expect(labelGutter(spec([{ ...plain, faint: true }]))).toBeNull();
});

it('long names have more room where the chart is wide, and never most of it', () => {
  const wide = (label: string, width: number) => labelGutter({ ...spec([line(label)]), width })!;
  const name = 'wgan-lr0.0002-a_rather_long_name/seed=1';
  expect(wide(name, 500)).toBe(wide('a', 500));
  expect(wide('a', 1600)).toBe(wide('a', 500));
  expect(wide(name, 1600)).toBeGreaterThan(6 * name.length);
  expect(wide(name.repeat(9), 1600)).toBeLessThan(1600 / 4);
});

it('of words that would lie over one another one is written, that of the line that is lit', () => {
  const marked = (key: string, words: string, y: number): PlotLine => ({
    ...line(key),
    key,
    rows: rowsOfPoints([0, 0.5, 1], [0, y, 1]),
    marks: [{ what: 'spike', step: 0, words }],
  });
  const painted = (lines: PlotLine[], picked: ReadonlySet<string> | null = null) => {
    const ink = new SvgInk(textWidth);
    const all = { ...spec(lines), picked };
    paintLines(ink, all, projectionOf([0, 1], [0, 1], all, box), box, 1);
    return ink.toString(700, 200, '');
  };
  const lines = [marked('a', 'spike at 10', 0.5), marked('b', 'spike at 12', 0.5)];
  expect(painted(lines)).toContain('spike at 10');
  expect(painted(lines)).not.toContain('spike at 12');
  expect(painted(lines, new Set(['b']))).toContain('spike at 12');
  expect(painted(lines, new Set(['b']))).not.toContain('spike at 10');
});

it('the dot at the cursor stands on the value that is told there: that of the first point of a row', () => {
  const rows = { ...rowsOfPoints([0], [3], [2]), first: Float64Array.of(1), last: Float64Array.of(4) };
  expect([toldOf({ smooth: false }, rows)[0], toldOf({ smooth: true }, rows)[0]]).toEqual([1, 2]);
});
