import { describe, expect, it } from 'vitest';
import { AT, cellsOf, changeOf, OVER, shareOf, sorted, type Figures } from './figures';

const point = (step: number, value: number | null, word: '' | 'NaN' | 'Infinity' | '-Infinity' = '') => ({
  step,
  wall_time: 100 + step,
  value,
  smooth: value,
  word,
});
const line = (label: string, start: number | null, end: number | null, more: object = {}): Figures => ({
  key: label,
  run: label,
  label,
  part: '',
  colour: '',
  dash: [],
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
const column = (id: string) => [...AT, ...OVER].find((one) => one.id === id)!;

describe('the change over a range', () => {
  it('is the end less the start, and a share of the start’s size with the same sign', () => {
    expect(changeOf(line('a', 2, 1))).toBe(-1);
    expect(shareOf(line('a', 2, 1))).toBe(-0.5);
    expect(shareOf(line('a', -2, -1))).toBe(0.5);
  });
  it('has no share from zero, and is NaN where an end is', () => {
    expect(shareOf(line('a', 0, 1))).toBeNull();
    expect(changeOf(line('a', null, 1))).toBeNaN();
  });
});

describe('the cells', () => {
  it('have equal decimals, signs for shares, words for what is not finite and a dash for what is not there', () => {
    const lines = [
      line('a', 1, 0.25),
      line('b', 1, 1.5),
      line('c', 1, null),
      { ...line('d', 1, 1), at: null, range: null },
    ];
    expect(cellsOf(column('end'), lines)).toEqual(['0.2500', '1.5000', 'NaN', '–']);
    expect(cellsOf(column('share'), lines)).toEqual(['−75.0', '+50.0', 'NaN', '–']);
    expect(cellsOf(column('step'), lines)).toEqual(['9', '9', '9', '–']);
    expect(cellsOf(column('time'), lines)[0]).toBe('0:09');
  });
  it('count what is not finite', () =>
    expect(cellsOf(column('lost'), [line('a', 1, 1, { nan: 2, neginf: 1 })])).toEqual(['3']));
});

describe('the order', () => {
  const lines = [line('run10', 1, 3), line('run2', 1, null), line('run1', 1, 2)];
  const labels = (sort: string) => sorted(lines, sort, OVER).map((one) => one.label);
  it('is by name unless told', () => expect(labels('')).toEqual(['run1', 'run2', 'run10']));
  it('is by a column, either way, with what has no figure last', () => {
    expect(labels('end')).toEqual(['run1', 'run10', 'run2']);
    expect(labels('-end')).toEqual(['run10', 'run1', 'run2']);
  });
  it('is by name where the column is of the other table', () => expect(labels('-smooth')).toEqual(labels('')));
});
