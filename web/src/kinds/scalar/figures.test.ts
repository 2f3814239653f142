import { describe, expect, it } from 'vitest';
import {
  AT,
  cellsOf,
  cellsOfGroup,
  cellsOfRun,
  OVER,
  partly,
  runsOf,
  sorted,
  type Cells,
  type Figures,
} from './figures';

const point = (step: number, value: number | null, word: '' | 'NaN' | 'Infinity' | '-Infinity' = '') => ({
  step,
  wall_time: 100 + step,
  value,
  smooth: value,
  word,
});
const valuesOf = (start: number | null, end: number | null, more: object = {}) => ({
  run: '',
  origin: 100,
  at: point(9, end, end === null ? 'NaN' : ''),
  range: {
    points: 10,
    nan: 0,
    posinf: 0,
    neginf: 0,
    start: point(0, start, start === null ? 'NaN' : ''),
    end: point(9, end, end === null ? 'NaN' : ''),
    min: 0.5,
    min_step: 3,
    max: 2,
    max_step: 4,
    mean: 1,
    ...more,
  },
});
const row = (name: string, cells: Cells, runs?: number): Figures => ({
  ...{ key: name, run: name, name, colour: '', dash: [], cells },
  ...(runs === undefined ? {} : { runs }),
});
const line = (name: string, start: number | null, end: number | null, more: object = {}) =>
  row(name, cellsOfRun(valuesOf(start, end, more), true));
const column = (id: string) => [...AT, ...OVER].find((one) => one.id === id)!;
const texts = (id: string, lines: Figures[]) => cellsOf(column(id), lines).map((one) => one.text);

const figure = (value: number | null, by: number | null = 0.25, runs = 3) => ({
  value,
  low: value === null || by === null ? null : value - by,
  high: value === null || by === null ? null : value + by,
  runs,
});
const group = (name: string, value: number, { runs = 3, first = 9 } = {}) =>
  row(
    name,
    cellsOfGroup(
      {
        name,
        runs: ['a', 'b', 'c'],
        at: { first_step: first, last_step: 9, value: figure(value, 0.25, runs), smooth: figure(value + 1) },
        range: {
          ...{ points: 30, nan: 1, posinf: 0, neginf: 0 },
          ...{ start: figure(value), end: figure(value), min: figure(value), max: figure(value) },
          ...{ mean: figure(value), change: figure(-value), share: figure(-0.5, 0.1) },
        },
      },
      true,
      2,
    ),
    3,
  );

describe('the change over a range', () => {
  const share = (start: number | null, end: number | null) => line('a', start, end).cells.share!.number;
  it('is the end less the start, and a share of the start’s size with the same sign', () => {
    expect(line('a', 2, 1).cells.change!.number).toBe(-1);
    expect(share(2, 1)).toBe(-0.5);
    expect(share(-2, -1)).toBe(0.5);
  });
  it('has no share from zero, and is NaN where an end is', () => {
    expect(share(0, 1)).toBeNull();
    expect(line('a', null, 1).cells.change!.number).toBeNaN();
  });
});

describe('the cells', () => {
  it('have equal decimals, signs for shares, words for what is not finite and a dash for what is not there', () => {
    const lines = [line('a', 1, 0.25), line('b', 1, 1.5), line('c', 1, null), row('d', {})];
    expect(texts('end', lines)).toEqual(['0.2500', '1.5000', 'NaN', '–']);
    expect(texts('share', lines)).toEqual(['−75', '+50', 'NaN', '–']);
    expect(texts('step', lines)).toEqual(['9', '9', '9', '–']);
    expect(texts('time', lines)[0]).toBe('0:09');
  });
  it('stay readable beside one that diverged, and are never 0 unless they are', () => {
    const lines = [line('a', 1, 0.0312), line('b', 1, 0.0298), line('c', 1, 152345.7), line('d', 1, 1 - 1e-7)];
    expect(texts('end', lines).slice(0, 3)).toEqual(['0.03120', '0.02980', '152,346']);
    expect(texts('share', lines)).toEqual(['−96.9', '−97.0', '+15,234,470', '−1e-5']);
  });
  it('count what is not finite', () => expect(texts('lost', [line('a', 1, 1, { nan: 2, neginf: 1 })])).toEqual(['3']));
  it('compare what is drawn with the baseline', () => {
    const compared = (smooth: boolean) => row('a', cellsOfRun({ ...valuesOf(1, 3), range: null }, smooth, 2));
    expect(texts('percent', [compared(true), line('b', 1, 1)])).toEqual(['+50 %', '–']);
    expect(group('g', 2).cells.percent!.number).toBe(50);
  });
});

describe('a group', () => {
  it('has its band beside the figure, from where to where or as far on both sides', () => {
    const lines = [group('g', 2), line('a', 1, 1)];
    expect(cellsOf(column('end'), lines)).toEqual([
      { text: '2.0000', band: '1.7500 – 2.2500' },
      { text: '1.0000', band: '' },
    ]);
    expect(cellsOf(column('end'), lines, true)[0]!.band).toBe('± 0.2500');
    expect(cellsOf(column('share'), lines, true)[0]).toEqual({ text: '−50', band: '± 10' });
    expect(cellsOf(column('smooth'), [group('g', 2)])[0]!.text).toBe('3.0000');
  });
  it('whose runs end at different steps says between which', () => {
    expect(texts('step', [group('g', 2, { first: 4 })])).toEqual(['4 – 9']);
    expect(texts('step', [group('g', 2)])).toEqual(['9']);
  });
  it('says how many of its runs are there when not all of them are', () => {
    const [all, some] = [group('g', 2), group('h', 2, { runs: 2 })];
    expect(partly([all, line('a', 1, 1)], AT)).toBe(false);
    expect(partly([all, some], AT)).toBe(true);
    expect([all, some, line('a', 1, 1)].map((one) => runsOf(one, AT))).toEqual(['3', '2 – 3', '–']);
  });
});

describe('the order', () => {
  const lines = [line('run10', 1, 3), line('run2', 1, null), line('run1', 1, 2)];
  const names = (sort: string) => sorted(lines, sort, OVER).map((one) => one.name);
  it('is by name unless told', () => expect(names('')).toEqual(['run1', 'run2', 'run10']));
  it('is by a column, either way, with what has no figure last', () => {
    expect(names('end')).toEqual(['run1', 'run10', 'run2']);
    expect(names('-end')).toEqual(['run10', 'run1', 'run2']);
  });
  it('is by name where the column is of the other table', () => expect(names('-smooth')).toEqual(names('')));
});
