import { expect, test } from 'vitest';
import { compareNatural } from './natural';

const sorted = (...names: string[]) => [...names].sort(compareNatural);

test('numbers compare as numbers', () => {
  expect(sorted('run10', 'run9', 'run1')).toEqual(['run1', 'run9', 'run10']);
});

test('decimals and exponents are numbers too', () => {
  expect(sorted('lr_0.1', 'lr_1e-3', 'lr_0.01')).toEqual(['lr_1e-3', 'lr_0.01', 'lr_0.1']);
});

test.each([
  [['lr0.0001_s0', 'lr0.0003_s0', 'lr0.001_s0', 'lr0.01_s0']],
  [['lr=1e-4', 'lr=3e-4', 'lr=0.001', 'lr=1.5e-3', 'lr=1e-2', 'lr=1E-1']],
  [['features.1.9', 'features.1.10', 'features.2.0']],
  [['v1.9.0', 'v1.10.0', 'v1.10.2']],
  [['ab-1e5', 'ab-3e9999', 'ab-7e8123', 'ab-1e10000', 'ab-cafe']],
  [[`n${'9'.repeat(400)}`, `n1${'0'.repeat(400)}`]],
])('%j stand so, as the server lists them', (names) => {
  expect(sorted(...names.toReversed())).toEqual(names);
});

test('a slash ends a part, so a folder stays together', () => {
  expect(sorted('a1/b', 'a/z', 'a/b')).toEqual(['a/b', 'a/z', 'a1/b']);
});

test('the root run comes first among plain names', () => {
  expect(sorted('b', '.', 'a')).toEqual(['.', 'a', 'b']);
});

test('every two names have an order, and it is the other way round the other way round', () => {
  const names = ['7e8123', '3e9999', '1e400', '2', '1e-400', '0', '00', '0.0', '1e0', '1', '01', 'x', '9'.repeat(400)];
  for (const a of names)
    for (const b of names) {
      const [there, back] = [compareNatural(`ab-${a}`, `ab-${b}`), compareNatural(`ab-${b}`, `ab-${a}`)];
      expect(Math.sign(there) + Math.sign(back), `${a} and ${b}`).toBe(0);
      expect(there === 0, `${a} and ${b}`).toBe(a === b);
    }
  const order = sorted(...names);
  for (let turn = 0; turn < names.length; turn++)
    expect(sorted(...names.slice(turn), ...names.slice(0, turn))).toEqual(order);
});

test('names that differ only in case have one fixed order', () => {
  expect(sorted('b', 'B')).toEqual(sorted('B', 'b'));
  expect(compareNatural('b', 'B')).not.toBe(0);
});
