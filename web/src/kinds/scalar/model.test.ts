import { describe, expect, it } from 'vitest';
import { rowsOfPoints } from '../../lib/chart/row';
import { LINEAR } from '../../lib/chart/scale';
import { lineKey } from './chart';
import {
  allNotFinite,
  columnsFor,
  emptierSide,
  noteOf,
  overtakenOf,
  limited,
  limitsText,
  parseLimits,
  parseZooms,
  readoutAt,
  smoothingOf,
  summarise,
  visibleY,
  wholeX,
  withZoom,
  xOfStep,
  zoomOf,
  type Drawing,
  type ReadoutLine,
} from './model';
import type { Line, Range } from './types';

const line = (run: string, x: number[], y: number[], more: Partial<Line> = {}): Line => ({
  run,
  tag: 'loss',
  superseded: false,
  rows: rowsOfPoints(x, y),
  detail: true,
  began: null,
  restarts: [],
  points: x.length,
  unplaced: 0,
  extent: x.length > 0 ? [x[0]!, x.at(-1)!] : null,
  ...more,
});
const DRAWING: Drawing = { smooth: true, values: true, xScale: LINEAR, yKind: 'linear', clip: false };
const bucketed = (run: string, count: number): Line => {
  const plain = line(run, [0, 1, 2], [1, 2, 3]);
  return { ...plain, points: 3 * count, rows: { ...plain.rows, count: new Int32Array(3).fill(count) } };
};

describe('the grid', () => {
  it('has 3 columns in a window of 1440 with the runs panel, 2 below 1280, more on wide screens', () => {
    expect(columnsFor(1440 - 432 - 32, 1440)).toBe(3);
    expect(columnsFor(1279 - 264 - 32, 1279)).toBe(2);
    expect(columnsFor(2560 - 432 - 32, 2560)).toBeGreaterThan(5);
    expect(columnsFor(250, 600)).toBe(1);
  });
});

describe('zooms in the URL', () => {
  it('come back as they were, whatever is in the tag', () => {
    for (const tag of ['loss', 'a,b/c', 'lo ss/训练', '1,2,3', '<script>', 'a\nb']) {
      expect(parseZooms(withZoom([], tag, [100, 250])).get(tag)).toEqual([100, 250]);
    }
  });
  it('are exact to less than a pixel and short', () => {
    const [text] = withZoom([], 't', [1790003270.312345678, 1790007194.712345678]);
    expect(text!.length).toBeLessThan(32);
    const [low, high] = parseZooms([text!]).get('t') as Range;
    expect(Math.abs(low - 1790003270.312345678)).toBeLessThan((high - low) / 10000);
  });
  it('are exact in a very narrow range', () => {
    const [low, high] = parseZooms(withZoom([], 't', [0.123456789, 0.123456799])).get('t') as Range;
    expect(high - low).toBeCloseTo(1e-8, 12);
  });
  it('are one for each tag; null takes one away', () => {
    const two = withZoom(withZoom([], 'a', [0, 1]), 'b', [2, 3]);
    expect(two.length).toBe(2);
    expect(withZoom(two, 'a', [4, 5]).length).toBe(2);
    expect([...parseZooms(withZoom(two, 'a', null)).keys()]).toEqual(['b']);
  });
  it('that mean nothing are left out', () =>
    expect(parseZooms(['x', '1,2', '2,1,t', 'a,b,t', ',,t', '-1e308,1e308,t']).size).toBe(0));
});

describe('the axes', () => {
  it('span all lines', () =>
    expect(wholeX([line('a', [0, 10], [1, 1]), line('b', [5, 40], [1, 1])], () => false)).toEqual([0, 40]));
  it('leave room when a live run is ahead, none when a finished one is', () => {
    const two = [line('done', [0, 1000], [1, 1]), line('live', [0, 903], [1, 1])];
    expect(wholeX(two, (run) => run === 'live')).toEqual([0, 1000]);
    expect(wholeX([two[1]!], () => true)[1]).toBeGreaterThan(903);
  });
  it('follow what is visible', () => {
    const rows = [line('a', [0, 1, 2, 3], [1, 2, 3, 1000]).rows];
    const drawing = DRAWING;
    expect(visibleY(rows, [0, 2], drawing, 130).y[1]).toBeLessThan(10);
    expect(visibleY(rows, [0, 3], drawing, 130).y[1]).toBeGreaterThanOrEqual(1000);
  });
  it('say when a log axis leaves something out', () => {
    const rows = [line('a', [0, 1], [-1, 5]).rows];
    expect(visibleY(rows, [0, 1], { ...DRAWING, yKind: 'log' }, 130).dropped).toBe(true);
    expect(visibleY(rows, [0, 1], DRAWING, 130).dropped).toBe(false);
  });
  it('place a step where its line was at that time', () => {
    const timed = line('a', [0, 30, 60], [1, 1, 1]);
    const steps = { ...timed, rows: { ...timed.rows, step: Float64Array.of(0, 100, 200) } };
    expect(xOfStep([steps], 100, 'relative')).toBe(30);
    expect(xOfStep([steps], 100, 'step')).toBe(100);
    expect(xOfStep([steps], 500, 'relative')).toBeNull();
  });
});

describe("the card's note", () => {
  it('says every point when nothing is decimated', () =>
    expect(noteOf([line('a', [0, 1], [1, 2])], [0, 1], { scale: 'linear', smoothed: 'smooth 0.90' }, true)).toBe(
      'every point · smooth 0.90',
    ));
  it('says how many points share a pixel when it is', () =>
    expect(noteOf([bucketed('a', 12)], [0, 2], { scale: 'log', smoothed: '' }, true)).toBe(
      'log · min–max of 12 points a pixel',
    ));
  it('is about the range in sight', () => {
    const half = line('a', [0, 1, 2], [1, 2, 3]);
    const mixed = { ...half, rows: { ...half.rows, count: Int32Array.of(1, 1, 50) } };
    expect(noteOf([mixed], [0, 1], { scale: 'linear', smoothed: '' }, true)).toBe('every point');
    expect(noteOf([mixed], [0, 2], { scale: 'linear', smoothed: '' }, true)).toContain('points a pixel');
  });
  it('is empty when nothing is there', () =>
    expect(noteOf([], [0, 1], { scale: 'linear', smoothed: '' }, false)).toBe(''));
});

describe('the summary of a chart', () => {
  const label = (one: Line) => one.run;
  it('names the tag, the run, the range and the last value', () =>
    expect(summarise('loss', [line('a', [0, 1200], [1, 0.25])], [0, 1200], 'step', label)).toBe(
      'loss: 1 run (a), steps 0 to 1,200, last value 0.25.',
    ));
  it('tells groups from runs', () => {
    const tags = [group('g'), { ...group('g'), tag: 'acc' }, group('h'), line('a', [0], [1])];
    expect(summarise('both', tags, [0, 20], 'step', label)).toContain('2 tags of 2 groups of 4 runs and 1 run, steps');
    expect(summarise('loss', [group('g')], [0, 20], 'step', label)).toContain('1 group of 2 runs (g)');
  });
  it('names few runs, and gives the range of many', () => {
    const many = [1, 2, 3, 4, 5].map((n) => line(`r${n}`, [0, 10], [0, n]));
    expect(summarise('loss', many.slice(0, 2), [0, 10], 'step', label)).toContain('last values r1 1, r2 2');
    expect(summarise('loss', many, [0, 10], 'step', label)).toContain('last values from 1 to 5');
  });
  it('is about what is in sight, whatever else has been fetched', () => {
    const lines = [line('a', [0, 10, 20], [1, 2, 3]), line('late', [15, 20], [9, 9])];
    expect(summarise('loss', lines, [0, 12], 'step', label)).toBe('loss: 1 run (a), steps 0 to 12, last value 2.');
    expect(summarise('loss', lines, [100, 120], 'step', label)).toBe('loss: no point in sight.');
  });
  it('says NaN when a line ends so', () =>
    expect(summarise('loss', [line('a', [0, 1], [1, NaN])], [0, 1], 'step', label)).toContain('last value NaN'));
});

describe('what a card says at its foot', () => {
  it('counts points when none is finite', () =>
    expect(allNotFinite([line('a', [40, 41], [NaN, NaN]), line('b', [50], [Infinity])])).toEqual({
      points: 3,
      step: 40,
      what: 'NaN',
    }));
  it('says nothing of the kind when one value is finite, or there are none', () => {
    expect(allNotFinite([line('a', [1, 2], [NaN, 1])])).toBeNull();
    expect(allNotFinite([])).toBeNull();
  });
  it('counts what restarts have overtaken, from the first step that was done again', () => {
    const restarts = [{ step: 8000, x: 8000 }];
    // Zoomed in: the rows in sight begin later than the restart.
    const lines = [
      line('a', [0, 1], [1, 1], { restarts }),
      line('a', [9000, 9100], [1, 1], { superseded: true, points: 1700 }),
    ];
    expect(overtakenOf(lines)).toEqual({ at: 8000, points: 1700, branches: 1, runs: 1 });
    expect(overtakenOf(lines.slice(0, 1))).toBeNull();
  });
});

/** Two runs as one line; at its last place one of them is there. */
const group = (key: string): Line => {
  const plain = line(key, [0, 10, 20], [1, 2, 3]);
  const band = { low: Float64Array.of(0, 1, NaN), high: Float64Array.of(2, 3, NaN), runs: Int32Array.of(2, 2, 1) };
  const spread = { runs: [`${key}1`, `${key}2`], leftOut: 0, interpolated: 0, stride: 1 };
  return { ...plain, rows: { ...plain.rows, ...band, runsMax: band.runs }, spread };
};

describe('the readout', () => {
  const told = (of: Line): ReadoutLine => ({
    line: of,
    style: { label: of.run, part: '', colour: '', dash: [] },
    began: 0,
  });
  const at = (
    lines: Line[],
    x: number,
    near: { line: string | null; value: number | null } = { line: null, value: null },
  ) => readoutAt(lines.map(told), x, 1, true, near);
  it('goes from the top line to the lowest, with equal decimals', () => {
    const { rows, columns } = at([line('low', [0, 10], [0, 0.1]), line('high', [0, 10], [1, 0.9314])], 10);
    expect(columns).toEqual(['smooth', 'value', 'min – max', 'time']);
    expect(rows.map((row) => [row.label, row.cells[1]])).toEqual([
      ['high', '0.9314'],
      ['low', '0.1000'],
    ]);
  });
  it('keeps the figures of runs that are far below one that diverged', () => {
    const lines = [0.0312, 0.0298, 152345.7].map((value, i) => line(`r${i}`, [0, 10], [1, value]));
    expect(at(lines, 10).rows.map((row) => row.cells[1])).toEqual(['152,346', '0.03120', '0.02980']);
  });
  it('leaves out a run that has no point there', () =>
    expect(at([line('a', [0, 10], [1, 1]), line('b', [50, 90], [1, 1])], 5).rows.length).toBe(1));
  it('keeps the eight nearest to the pointer and counts the rest', () => {
    const many = Array.from({ length: 20 }, (_, i) => line(`r${i}`, [0, 10], [i, i]));
    const { rows, more } = at(many, 5, { line: lineKey('r15', 'loss'), value: 15 });
    expect(rows.length).toBe(8);
    expect(more).toBe(12);
    expect(rows.map((row) => row.label)).toContain('r15');
    expect(rows.find((row) => row.near)?.label).toBe('r15');
  });
  it('shows minimum and maximum of what shares a pixel', () => {
    const bucket = bucketed('a', 4);
    const rows = { ...bucket.rows, min: Float64Array.of(0, 0.5, 0), max: Float64Array.of(9, 2.5, 9) };
    expect(at([{ ...bucket, rows }], 1).rows[0]!.cells[2]).toBe('0.500 – 2.500');
  });
  it('has a column of steps where a line has none just there, or the axis is another', () => {
    const two = [line('a', [0, 10], [1, 1]), line('b', [0, 11], [1, 1])];
    expect(at(two, 10).columns).toEqual(['smooth', 'value', 'min – max', 'step', 'time']);
    expect(at(two, 10).rows.map((row) => row.cells[3])).toEqual(['10', '11']);
    expect(at(two, 0).columns).not.toContain('step');
    const words = { onSteps: false, wall: true };
    const { columns, rows } = readoutAt(two.map(told), 0, 1, false, { line: null, value: null }, 'value', words);
    expect(columns).toEqual(['value', 'min – max', 'step', 'time', 'at']);
    expect(rows[0]!.cells[2]).toBe('0');
  });
  it('says of how many runs a group is: beside its name, and in a column where some are not there', () => {
    const lines = [group('g'), line('a', [0, 10, 20], [1, 1, 1])];
    const entries = lines.map((of) => ({
      ...told(of),
      style: { label: of.run, part: '', size: of.spread ? ' (2 runs)' : '', colour: '', dash: [] },
    }));
    const there = (x: number) => readoutAt(entries, x, 1, false, { line: null, value: null });
    expect(there(10).columns).toEqual(['value', 'min – max', 'time']);
    expect(there(10).rows.map((row) => [row.label, row.cells[1]])).toEqual([
      ['g (2 runs)', '1.000 – 3.000'],
      ['a', '–'],
    ]);
    expect(there(20).columns).toEqual(['value', 'min – max', 'runs', 'time']);
    expect(there(20).rows.map((row) => row.cells[2])).toEqual(['1', '–']);
  });
  it('tells apart what the axis shows apart', () => {
    const lines = [5146.9, 5146.81].map((value, i) => told(line(`r${i}`, [0, 10], [1, value])));
    const values = (span?: number) =>
      readoutAt(lines, 10, 1, false, { line: null, value: null }, 'value', span === undefined ? {} : { span }).rows.map(
        (row) => row.cells[0],
      );
    expect(values()).toEqual(['5,147', '5,147']);
    expect(values(10_000)).toEqual(['5,147', '5,147']);
    expect(values(4)).toEqual(['5,146.900', '5,146.810']);
  });
  it('says NaN and infinity in words', () =>
    expect(at([line('a', [0, 1, 2], [1, -Infinity, 1])], 1).rows[0]!.cells[1]).toBe('−∞'));
  it('tells apart values that differ far behind the comma', () => {
    const { rows } = at([line('a', [0, 1], [1e-12, 1.25e-12]), line('b', [0, 1], [1e-12, 1e-12])], 1);
    expect(rows.map((row) => row.cells[1])).toEqual(['1.25e-12', '1e-12']);
  });
  it('lies where fewer lines are', () => {
    const lines = [line('a', [0, 100], [1, 1]), line('b', [0, 40], [1, 1])];
    expect(emptierSide(lines, 50, [0, 100])).toBe('right');
    expect(emptierSide([line('late', [60, 100], [1, 1])], 50, [0, 100])).toBe('left');
  });
});

describe('limits', () => {
  it('are two numbers, either of which may be missing', () => {
    expect(parseLimits('1,2.5')).toEqual([1, 2.5]);
    expect(parseLimits(',0')).toEqual([null, 0]);
    expect(parseLimits('x,1e3')).toEqual([null, 1000]);
    expect(parseLimits('')).toEqual([null, null]);
    expect(parseLimits('5,5')).toEqual([null, null]);
    expect(parseLimits('-1e308,1e308')).toEqual([null, null]);
    for (const text of ['1,2.5', ',0', '3,', '']) expect(limitsText(parseLimits(text))).toBe(text);
  });
  it('replace the ends that they have, when something is left to see', () => {
    expect(limited([0, 10], [null, 4])).toEqual([0, 4]);
    expect(limited([0, 10], [20, null])).toEqual([20, 30]);
    expect(limited([0, 10], [null, -5])).toEqual([-15, -5]);
    expect(limited([1, 10], [100, null], 'log')).toEqual([100, 1000]);
    expect(limited([1, 10], [null, 0.1], 'log')[0]).toBeCloseTo(0.01, 12);
    expect(limited([0, 1e307], [1e307, null])).toEqual([0, 1e307]);
    expect(limited([1, 10], [-5, 8], 'log')).toEqual([1, 8]);
  });
  it('of a zoom have a place on a log axis or none', () => {
    expect(zoomOf(['-1,5,loss'], 'loss', 'linear')).toEqual([-1, 5]);
    expect(zoomOf(['-1,5,loss'], 'loss', 'log')).toBeNull();
    expect(zoomOf(['1,,loss'], 'loss', 'log')).toEqual([1, null]);
    expect(zoomOf([',0,loss'], 'loss', 'log')).toBeNull();
  });
  it('of one chart may leave an end to the data', () => {
    expect(withZoom([], 'loss', [200, null])).toEqual(['200,,loss']);
    expect(parseZooms(['200,,loss', ',0.5,a,b']).get('loss')).toEqual([200, null]);
    expect(parseZooms(['200,,loss', ',0.5,a,b']).get('a,b')).toEqual([null, 0.5]);
    expect(withZoom(['200,,loss'], 'loss', [null, null])).toEqual([]);
  });
});

describe('the y axis', () => {
  const spike = [line('a', [0, 1, 2, 3], [1, 2, 3, 1e6]).rows];
  it('leaves out outliers when told, and says how many', () => {
    const { y, clipped } = visibleY(spike, [0, 3], { ...DRAWING, clip: true }, 130);
    expect(y[1]).toBeLessThan(10);
    expect(clipped).toBe(2);
    expect(noteOf([line('a', [0], [1])], [0, 1], { scale: 'linear', smoothed: '', clipped }, true)).toContain(
      'outliers cut off',
    );
  });
  it('shows zero and below when it is symlog', () => {
    const { y, scale, dropped } = visibleY(
      [line('a', [0, 1], [-5, 80]).rows],
      [0, 1],
      { ...DRAWING, yKind: 'symlog' },
      130,
    );
    expect(scale.kind).toBe('symlog');
    expect(y[0]).toBeLessThan(-5);
    expect(dropped).toBe(false);
  });
});

describe('smoothing', () => {
  const settings = { smoother: 'ema', smooth: 0.6, window: 20, sigma: 2.5 } as const;
  it('has an amount of its own for each way', () => {
    expect(smoothingOf(settings)).toEqual({ smoother: 'ema', amount: 0.6, words: 'smooth 0.60' });
    expect(smoothingOf({ ...settings, smoother: 'mean' })).toMatchObject({ amount: 20, words: 'mean of 21 points' });
    expect(smoothingOf({ ...settings, smoother: 'gaussian' }).words).toBe('Gaussian, σ 2.5');
    expect(smoothingOf({ ...settings, smoother: 'mean', window: 1 })).toMatchObject({ amount: 0, words: '' });
  });
});

describe('the order of the readout', () => {
  const entry = (run: string, y: number): ReadoutLine => ({
    line: line(run, [0, 1], [y, y]),
    style: { label: run, part: '', colour: '#000', dash: [] },
    began: null,
  });
  const labels = (order: 'value' | 'nearest' | 'name', value: number | null) =>
    readoutAt(
      [entry('run10', 1), entry('run2', 3), entry('run1', NaN)],
      1,
      10,
      false,
      { line: null, value },
      order,
    ).rows.map((row) => row.label);
  it('is by value unless told', () => expect(labels('value', 1)).toEqual(['run2', 'run10', 'run1']));
  it('is from the nearest to the pointer', () => expect(labels('nearest', 1.2)).toEqual(['run10', 'run2', 'run1']));
  it('is by value where no pointer is', () => expect(labels('nearest', null)).toEqual(['run2', 'run10', 'run1']));
  it('is natural by name', () => expect(labels('name', 1)).toEqual(['run1', 'run2', 'run10']));
});
