import { describe, expect, test } from 'vitest';
import * as f from './format';

describe('numbers', () => {
  test('a whole number has commas and a true minus', () => {
    expect([24000, -3, 0, -0, 1e15].map(f.formatInt)).toEqual(['24,000', '−3', '0', '0', '1,000,000,000,000,000']);
  });
  test('what is not there is a dash', () => {
    expect([f.formatInt(null), f.formatFixed(undefined, 2), f.formatNumber(null)]).toEqual(['–', '–', '–']);
  });
  test('fixed decimals keep a column in line', () => {
    expect([0.9314, 0.93, -1024.5, -0.00001].map((v) => f.formatFixed(v, 4))).toEqual([
      '0.9314',
      '0.9300',
      '−1,024.5000',
      '0.0000',
    ]);
  });
  test('NaN and infinity are shown as such', () => {
    expect([NaN, Infinity, -Infinity].map((v) => f.formatFixed(v, 2))).toEqual(['NaN', '∞', '−∞']);
  });
  test('a number by itself has four significant digits and no padding', () => {
    expect([0.03125, 1024, 123456, 0.5, 1.2e-7, -3e12, 0].map((v) => f.formatNumber(v))).toEqual([
      '0.03125',
      '1,024',
      '123,456',
      '0.5',
      '1.2e-7',
      '−3e12',
      '0',
    ]);
  });
  test('an axis says 12k and 1e-4', () => {
    expect([0, 0.25, 12000, 1_500_000, 0.0001, -250, 1e9].map(f.formatAxis)).toEqual([
      '0',
      '0.25',
      '12k',
      '1.5M',
      '1e-4',
      '−250',
      '1G',
    ]);
  });
  const aligned = (...values: number[]) => values.map(f.alignedFormat(values));
  test('figures that stand together have equal decimals', () => {
    expect(aligned(0.93, 0.1)).toEqual(['0.9300', '0.1000']);
    expect(aligned(12.5, 13.25, NaN, -Infinity)).toEqual(['12.50', '13.25', 'NaN', '−∞']);
    expect(aligned(24000, 300)).toEqual(['24,000', '300']);
    expect(aligned(0.0312, 0.045, 0)).toEqual(['0.03120', '0.04500', '0.00000']);
    expect(aligned(0, 0)).toEqual(['0.0000', '0.0000']);
  });
  test('those that are some powers of ten smaller keep the decimals and their digits', () => {
    expect(aligned(0.512, 0.51, 12.31, 14.2, 15)).toEqual(['0.512', '0.510', '12.310', '14.200', '15.000']);
    expect(aligned(0.5123, 0.6, 0.0123)).toEqual(['0.5123', '0.6000', '0.0123']);
  });
  test('one figure that is far from the others leaves them as they are', () => {
    expect(aligned(0.0312, 0.0298, 152345.7)).toEqual(['0.03120', '0.02980', '152,346']);
    expect(aligned(0.0312, 152345.7)).toEqual(['0.0312', '152,346']);
    expect(aligned(1e-7, 0.5123, 0.5)).toEqual(['1e-7', '0.5123', '0.5000']);
    expect(aligned(1e-7, 0.5123)).toEqual(['1e-7', '0.5123']);
    expect(aligned(-3e12, 0.5, 0.25)).toEqual(['−3e12', '0.5000', '0.2500']);
    expect(aligned(1.5e-6, 2e-6, 3)).toEqual(['1.5e-6', '2e-6', '3']);
  });
  test('no value but 0 is written as 0, and none without two of its digits', () => {
    const sizes = Array.from({ length: 33 }, (_, i) => 1.234 * 10 ** (i - 16));
    for (const usual of sizes)
      for (const digits of [3, 4, 6]) {
        const write = f.alignedFormat([usual, usual, usual / 3], digits);
        for (const size of sizes) {
          const read = Number(write(-size).replace('−', '-').replaceAll(',', ''));
          expect(Math.abs(read / -size - 1), `${size} among ${usual}: ${write(-size)}`).toBeLessThan(0.05);
          expect(write(size).length).toBeLessThan(20);
        }
      }
  });
  test('as many values as a page can hold are no matter', () => {
    const values = new Float64Array(300_000).fill(0.5);
    expect(f.alignedFormat(values)(0.25)).toBe('0.2500');
  });
});

describe('times', () => {
  test('a duration in figures', () => {
    expect([7, 2530, 4340, 86400 * 3 + 3600, 86400 * 5 + 4 * 3600, null].map(f.formatDuration)).toEqual([
      '0:07',
      '42:10',
      '1:12:20',
      '73:00:00',
      '5 d 04 h',
      '–',
    ]);
  });
  test('a duration in words', () => {
    expect([0.42, 12, 59.9, 1260, 4320, 7200, 90_000].map((s) => f.durationWords(s))).toEqual([
      '0.4 s',
      '12 s',
      '1 min',
      '21 min',
      '1 h 12 min',
      '2 h',
      '1 d 1 h',
    ]);
  });
  test('a count of seconds goes without tenths', () => {
    expect([f.durationWords(5, false), f.durationWords(0.4, false)]).toEqual(['5 s', '0 s']);
  });
  test('a clock leaves out the day of today and this year', () => {
    const now = new Date(2026, 10, 23, 18, 0).getTime() / 1000;
    const at = (...a: [number, number, number, number, number]) => f.formatClock(new Date(...a).getTime() / 1000, now);
    expect([at(2026, 10, 23, 9, 5), at(2026, 10, 21, 14, 2), at(2025, 0, 1, 0, 0)]).toEqual([
      '09:05',
      '21 Nov 14:02',
      '1 Jan 2025 00:00',
    ]);
  });
  test('a time that no calendar has is none', () => {
    for (const time of [null, undefined, NaN, Infinity, 1e18, -1e300])
      expect([f.formatClock(time), f.formatMonth(time)], String(time)).toEqual(['–', '–']);
  });
});

describe('sizes and counts', () => {
  test('bytes are in decimal units', () => {
    expect([512, 8400, 999_999, 2.1e9].map(f.formatBytes)).toEqual(['512 B', '8.4 kB', '1.0 MB', '2.1 GB']);
  });
  test('progress is in the unit of the whole', () => {
    expect(f.formatBytesOf(1.3e9, 2.1e9)).toBe('1.3 of 2.1 GB');
    expect(f.formatBytesOf(0, 600)).toBe('0 of 600 B');
  });
  test('one is singular', () => {
    expect([f.count(1, 'run'), f.count(1200, 'run'), f.count(0, 'entry', 'entries')]).toEqual([
      '1 run',
      '1,200 runs',
      '0 entries',
    ]);
  });
});

test('what stands in a narrow column stays short: long durations, other years, huge steps', () => {
  const now = new Date(2026, 10, 23, 14, 2).getTime() / 1000;
  expect(f.formatDuration(400 * 86_400 + 7200)).toBe('400 d');
  expect(f.formatMonth(now, now)).toBe('14:02');
  expect(f.formatMonth(now - 5 * 86_400, now)).toBe('18 Nov');
  expect(f.formatMonth(now - 400 * 86_400, now)).toBe('Oct 2025');
  expect([f.formatStep(24_000), f.formatStep(2 ** 62), f.formatStep(null)]).toEqual(['24,000', '4.61e18', '–']);
});
