import { expect, it } from 'vitest';
import { BINS, barHeights, binOf, pixelUnder, statisticsOf, valueWords, type Pixels } from './pixel';

const grey = (width: number, values: number[]): Pixels => ({
  width,
  height: values.length / width,
  data: Uint8ClampedArray.from(values.flatMap((value) => [value, value, value, 255])),
});

it('every value of a grey picture is counted once, of a coloured one once for each channel', () => {
  const one = statisticsOf(grey(2, [0, 0, 128, 255]));
  expect([one.mean, one.low, one.high, one.every, one.grey]).toEqual([(128 + 255) / 4, 0, 255, 1, true]);
  expect([one.counts[0], one.counts[32], one.counts[63]]).toEqual([2, 1, 1]);
  expect(one.counts.reduce((a, b) => a + b)).toBe(4);
  const coloured = statisticsOf({ width: 1, height: 2, data: Uint8ClampedArray.of(9, 9, 9, 255, 0, 100, 200, 255) });
  expect(coloured.grey).toBe(false);
  expect(coloured.counts.reduce((a, b) => a + b)).toBe(6);
});

it('alpha is no value: a transparent white picture is white', () => {
  expect(statisticsOf({ width: 1, height: 1, data: Uint8ClampedArray.of(255, 255, 255, 0) }).mean).toBe(255);
});

it('the 256 values fall evenly into the bars', () => {
  expect([0, 3, 4, 255].map(binOf)).toEqual([0, 0, 1, BINS - 1]);
});

it('a large picture is counted by every n-th pixel, and says so', () => {
  const large = { width: 4096, height: 1025, data: new Uint8ClampedArray(4096 * 1025 * 4) };
  expect(statisticsOf(large).every).toBe(2);
});

it('a bar that counts anything is seen, however tall its neighbour; an empty one is not', () => {
  expect(barHeights([1_000_000, 1, 0], 50)).toEqual([50, 1, 0]);
});

it('the pixel under the pointer is found at every zoom, and there is none outside', () => {
  const picture = grey(2, [10, 20, 30, 40]);
  expect(pixelUnder(5.9, 0, 6, 6, picture)).toEqual({ x: 1, y: 0, rgba: [20, 20, 20, 255] });
  expect(pixelUnder(0, 3, 6, 6, picture)).toMatchObject({ x: 0, y: 1 });
  expect(pixelUnder(6, 0, 6, 6, picture)).toBeNull();
  expect(pixelUnder(-0.1, 0, 6, 6, picture)).toBeNull();
  expect(pixelUnder(0, 0, 0, 0, picture)).toBeNull();
});

it('a value is one figure where the picture is grey, three where it has colour, and names alpha where there is any', () => {
  expect(valueWords([214, 214, 214, 255], true)).toBe('value 214');
  expect(valueWords([1, 2, 3, 255], false)).toBe('rgb 1 2 3');
  expect(valueWords([1, 2, 3, 9], false)).toBe('rgb 1 2 3, alpha 9');
  expect(valueWords([7, 7, 7, 0], true)).toBe('value 7, alpha 0');
});
