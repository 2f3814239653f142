import { expect, test } from 'vitest';
import { typedNumber } from './typed';

test('numbers are read as they are typed, and as the page writes them', () => {
  expect(['2000', '2,000', '−1,234,567.5', '1e-3', ' 7 ', '-0.5'].map(typedNumber)).toEqual([
    2000, 2000, -1234567.5, 0.001, 7, -0.5,
  ]);
});

test('what is no number is none', () => {
  expect(['', '2,0', '1,2345', '0,5', 'x'].map(typedNumber)).toEqual([NaN, NaN, NaN, NaN, NaN]);
});
