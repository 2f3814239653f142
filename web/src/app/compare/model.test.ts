import { expect, test } from 'vitest';
import {
  apartness,
  bestOf,
  differenceWords,
  figureOf,
  figureWords,
  hparamRows,
  hparamWords,
  orderTags,
  partedShare,
  partingWords,
  rankRuns,
  shareApart,
  type ComparedTag,
  type Curve,
  type HparamValue,
  type Parting,
} from './model';

const curve = (last: number, min: number, max: number): Curve => ({
  points: 100,
  last_step: 99,
  last: Number.isFinite(last) ? last : null,
  last_word: Number.isNaN(last) ? 'NaN' : last === Infinity ? '+inf' : last === -Infinity ? '-inf' : '',
  min,
  min_step: 90,
  max,
  max_step: 3,
});
const parting = (step: number | null, difference: number, first = 1): Parting => ({
  step,
  points: 100,
  low: 0,
  high: 99,
  difference,
  noise: 0.01,
  first,
});
const tag = (name: string, partings: (Parting | null)[], curves: (Curve | null)[] = []): ComparedTag => ({
  tag: name,
  better: 'low',
  curves,
  partings: [null, ...partings],
});

test('hyperparameters that differ come first, a missing one is a difference, and NaN is NaN', () => {
  const values: Record<string, Record<string, HparamValue>> = {
    a: { lr: 0.1, seed: NaN, opt: 'adam', l10: 1, l9: 1 },
    b: { lr: 0.01, seed: NaN, opt: 'adam', l10: null, l9: 2 },
  };
  const rows = hparamRows(
    ['opt', 'seed', 'lr', 'l10', 'l9', 'gone'],
    ['a', 'b'],
    (run, name) => values[run]![name] ?? null,
  );
  expect(rows.map((row) => [row.name, row.differs])).toEqual([
    ['l9', true],
    ['l10', true],
    ['lr', true],
    ['opt', false],
    ['seed', false],
  ]);
  expect([0.0003, 1e-7, 128, true, 'adam', null].map(hparamWords)).toEqual([
    '0.0003',
    '1e-7',
    '128',
    'true',
    'adam',
    '–',
  ]);
});

test('the best is the least or the greatest by the tag, and the last may be no number', () => {
  const one = curve(0.5, 0.1, 2);
  expect(figureOf(one, 'last', 'low')).toEqual({ value: 0.5, step: 99 });
  expect(figureOf(one, 'best', 'low')).toEqual({ value: 0.1, step: 90 });
  expect(figureOf(one, 'best', 'high')).toEqual({ value: 2, step: 3 });
  expect(figureOf(one, 'best', 'unknown')).toEqual({ value: 0.5, step: 99 });
  expect(figureOf(curve(NaN, 0, 1), 'last', 'low')?.value).toBeNaN();
  expect(figureOf(curve(-Infinity, 0, 1), 'last', 'low')?.value).toBe(-Infinity);
  expect(figureOf({ ...one, min: null, min_step: null }, 'best', 'low')).toBeNull();
  expect(figureOf(null, 'last', 'low')).toBeNull();
});

test('the figures of a row stand in line where they can, and marks its best unless there is no choice', () => {
  expect(figureWords([0.5, 0.25, null, NaN])).toEqual(['0.5000', '0.2500', null, 'NaN']);
  expect(figureWords([1e-7, 2])).toEqual(['1e-7', '2.000']);
  expect(figureWords([0.0312, 0.0298, 152345.7])).toEqual(['0.03120', '0.02980', '152,346']);
  expect([...bestOf([0.5, 0.25, null, NaN], 'low')]).toEqual([1]);
  expect([...bestOf([0.5, 0.25, 0.5], 'high')]).toEqual([0, 2]);
  expect([...bestOf([0.5, null], 'low')]).toEqual([]);
  expect([...bestOf([0.5, 0.5], 'low')]).toEqual([]);
  expect([...bestOf([0.5, NaN], 'low')]).toEqual([0]);
  expect([...bestOf([0.5, 0.25], 'unknown')]).toEqual([]);
});

test('runs are ranked by a tag, those without it last in their order', () => {
  const runs = ['a', 'b', 'c', 'd'];
  const one = tag('loss', [], [curve(3, 0, 9), null, curve(1, 0.5, 9), curve(NaN, 0.2, 9)]);
  expect(rankRuns(runs, one, runs, 'last')).toEqual(['c', 'a', 'b', 'd']);
  expect(rankRuns(runs, one, runs, 'best')).toEqual(['a', 'd', 'c', 'b']);
  expect(rankRuns(runs, { ...one, better: 'high' }, runs, 'last')).toEqual(['a', 'c', 'b', 'd']);
  expect(rankRuns(runs, { ...one, better: 'unknown' }, runs, 'best')).toEqual(['a', 'c', 'b', 'd']);
  expect(rankRuns(runs, one, runs, 'best', 'high')).toEqual(['a', 'c', 'd', 'b']);
});

test('tags that part come first, then those further apart, then by name', () => {
  const tags = [
    tag('x10', [null]),
    tag('x9', [null]),
    tag('close', [parting(null, 0.5)]),
    tag('far', [parting(3, 0.01)]),
    tag('farther', [parting(80, -0.3), parting(null, 0.01)]),
  ];
  expect(orderTags(tags, 'apart')).toEqual(['farther', 'far', 'close', 'x9', 'x10']);
  expect(orderTags(tags, 'apart', 2)).toEqual(['farther', 'close', 'far', 'x9', 'x10']);
  expect(orderTags(tags, 'name')).toEqual(['close', 'far', 'farther', 'x9', 'x10']);
  expect(apartness(tags[0]!)).toBe(-1);
  expect(shareApart(parting(null, 0, 0))).toBe(0);
  expect(shareApart(parting(null, -2, 1))).toBe(2);
});

test('a parting in words says its step, or that there is none, or that nobody knows', () => {
  expect(partingWords(parting(1200, 0.12), 'b', 'a')).toEqual({
    short: 'from 1,200',
    long: 'b differs from a beyond the noise from step 1,200 to the end: 100 shared points, steps 0 to 99. At the end +12 % (0.12 ± 0.01).',
  });
  expect(partingWords(parting(null, -0.001), 'b', 'a').short).toBe('do not part');
  expect(partingWords(null, 'b', 'a').long).toBe('b and a share too few points to tell.');
  expect([0, 1e-9, -1e-9, -0.5].map((by) => differenceWords(parting(0, by)))).toEqual([
    '0 %',
    '< +0.01 %',
    '> −0.01 %',
    '−50 %',
  ]);
  expect(differenceWords(parting(0, 0.25, 0))).toBe('+0.25');
  expect(differenceWords(parting(0, 25, 0.001))).toBe('+25');
  expect([parting(33, 1), parting(null, 1), { ...parting(0, 1), high: 0 }].map(partedShare)).toEqual([
    33 / 99,
    null,
    0,
  ]);
});
