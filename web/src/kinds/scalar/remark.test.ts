import { expect, it } from 'vitest';
import { rowsOfPoints } from '../../lib/chart/row';
import { remarksOf, type Remarkable } from './remark';
import type { Line } from './types';

const line = (run: string, superseded: boolean, x: number[], y: number[]): Line => ({
  run,
  tag: 'loss',
  superseded,
  rows: rowsOfPoints(x, y),
  detail: true,
  points: x.length,
  unplaced: 0,
  extent: [x[0]!, x.at(-1)!],
  began: null,
  restarts: [],
});
const ABOUT: Remarkable = {
  chart: { id: 'loss', title: 'loss', tags: ['loss'] },
  known: 1,
  more: 0,
  error: null,
  lines: [line('a', false, [0, 1, 2], [1, 2, 3])],
  shown: [],
  outdated: null,
  damaged: [],
  lost: '',
  dropped: false,
  unit: 'step',
  xTag: '',
  xLog: false,
};
const whole = (about: Partial<Remarkable>): Remarkable => ({ ...ABOUT, shown: about.lines ?? ABOUT.lines, ...about });
const texts = (about: Partial<Remarkable>) => remarksOf(whole(about)).map((one) => one.text);

it('a card without trouble says nothing', () => expect(texts({})).toEqual([]));

it('values of groups that are not finite are said to take no part, and so is an axis that was thinned out', () => {
  const group = (leftOut: number, stride = 1): Line => ({
    ...line('/g', false, [0, 1], [1, 2]),
    spread: { runs: ['a', 'b'], leftOut, interpolated: 0, stride },
  });
  expect(texts({ lines: [group(0)] })).toEqual([]);
  expect(texts({ lines: [group(1)] })).toEqual(['1 value NaN or infinite takes no part in its group']);
  expect(texts({ lines: [group(2), group(3, 20)] })).toEqual([
    '5 values NaN or infinite take no part in their groups',
    'So many points: groups are counted at every 20th step',
  ]);
});

it('damage hides no restart', () => {
  const about = {
    lines: [
      { ...line('a', false, [0, 1, 2], [1, 2, 3]), restarts: [{ step: 5, x: 5 }] },
      line('a', true, [5, 6], [1, 1]),
    ],
    shown: [],
    damaged: [{ run: 'a', label: 'a' }],
    lost: 'is damaged: 1 record skipped at byte 1,204,224.',
  };
  expect(texts(about)).toEqual([
    'is damaged: 1 record skipped at byte 1,204,224.',
    'Restart at 5, 2 points superseded',
  ]);
});

it('says what of a line was overtaken where that is drawn', () => {
  const lines = [
    { ...line('a', false, [0, 1], [1, 2]), restarts: [{ step: 0, x: 0 }] },
    line('a', true, [0, 1, 2, 3], [1, 1, 1, 1]),
  ];
  expect(texts({ lines })).toEqual(['Restart at 0, 4 of 6 points superseded, drawn dashed']);
  expect(texts({ lines: [...lines, line('a', true, [0, 1], [2, 2])] })).toEqual([
    'Restarts from 0 on left 2 branches, 6 of 8 points superseded, drawn dashed',
  ]);
});

it('says which of its tags are not drawn', () => {
  const chart = { id: 'chart:x', title: 'x', tags: ['loss', 'gone'] };
  expect(texts({ chart })).toEqual(['1 tag of it is in no run here']);
  expect(texts({ more: 9 })).toEqual(['1 of 10 tags that match are drawn']);
});

it('says which points an axis of time or of a tag has no place for', () => {
  const lines = [{ ...line('a', false, [0, 1], [1, 2]), unplaced: 2 }];
  const tag = { lines, unit: 'tag', xTag: 'epoch' } as const;
  expect(texts(tag)).toEqual(['2 points where epoch has no value have no place on this axis']);
  expect(texts({ ...tag, xLog: true })).toEqual([
    '2 points where epoch has no value above zero have no place on this axis',
  ]);
  expect(texts({ lines, unit: 'relative' })).toEqual(['2 points without a time have no place on this axis']);
  expect(texts({ lines, unit: 'relative', xLog: true })).toEqual([
    '2 points without a time above zero have no place on this axis',
  ]);
});

it('names the first step of what is never finite, before all else', () => {
  const about = { lines: [line('a', false, [7, 8], [NaN, NaN])], dropped: true };
  expect(remarksOf({ ...ABOUT, ...about })[0]).toMatchObject({ what: 'broken', head: 'NaN', step: 7 });
});
