import { expect, test } from 'vitest';
import { choice, defaults, flag, list, number, queryText, readFields, text, writeFields, type ValuesOf } from './spec';

const FIELDS = {
  smoothing: number(0.6, { low: 0, high: 0.999 }),
  axis: choice('step', ['step', 'relative', 'wall']),
  band: flag(true),
  filter: text(),
  pinned: list(),
};
type Values = ValuesOf<typeof FIELDS>;

const write = (values: Values) => {
  const params = new URLSearchParams();
  writeFields(params, 'scalar.', FIELDS, values);
  return queryText(params);
};
const read = (query: string, otherwise: Values = defaults(FIELDS)) =>
  readFields(new URLSearchParams(query), 'scalar.', FIELDS, otherwise);

test('defaults leave no trace in the URL', () => {
  expect(write(defaults(FIELDS))).toBe('');
});

test('what is written is read back equal, odd names included', () => {
  const values: Values = {
    smoothing: 0.9,
    axis: 'wall',
    band: false,
    filter: 'a&b=c #?',
    pinned: ['loss/train', '训练,x', '<script>', '../../x', ''],
  };
  expect(read(write(values))).toEqual(values);
});

test('slashes stay readable', () => {
  expect(write({ ...defaults(FIELDS), pinned: ['loss/train'] })).toBe('?scalar.pinned=loss/train');
});

test('a text that means nothing leaves the default', () => {
  expect(read('?scalar.smoothing=much&scalar.axis=sideways&scalar.band=perhaps')).toEqual(defaults(FIELDS));
});

test('a number outside its range is brought to the nearer end', () => {
  expect(read('?scalar.smoothing=7').smoothing).toBe(0.999);
});

test('a name that a link holds twice is there once, where it came first', () => {
  expect(read('?scalar.pinned=b&scalar.pinned=a&scalar.pinned=b').pinned).toEqual(['b', 'a']);
});

test('what the URL does not say is taken from what was remembered', () => {
  const remembered = { ...defaults(FIELDS), smoothing: 0.8, axis: 'relative' as const };
  expect(read('?scalar.axis=wall', remembered)).toEqual({ ...remembered, axis: 'wall' });
});
