import { describe, expect, it } from 'vitest';
import {
  addVisible,
  clampZoom,
  Extent,
  niceDomain,
  niceLogDomain,
  panBy,
  symlogDomain,
  widenedToSteps,
  wholeRange,
  withoutOutliers,
  zoomAbout,
} from './domain';
import { rowsOfPoints, type Range } from './row';
import { LINEAR, LOG, type Scale } from './scale';

const BOTH = { smooth: true, values: true };
const visible = (x: number[], y: number[], range: Range, log = false) => {
  const scales = { xScale: LINEAR, yScale: log ? LOG : LINEAR };
  const extent = new Extent();
  addVisible(extent, rowsOfPoints(x, y), range, BOTH, scales);
  return extent;
};

describe('the extent of what is visible', () => {
  it('leaves out what lies outside the x range', () =>
    expect(visible([0, 1, 2, 3], [100, 1, 2, -100], [1, 2]).range).toEqual([1, 2]));
  it('includes where a line crosses the edges', () => expect(visible([0, 10], [0, 10], [4, 6]).range).toEqual([4, 6]));
  it('ignores NaN and infinities', () =>
    expect(visible([0, 1, 2, 3], [NaN, Infinity, 5, 7], [0, 3]).range).toEqual([5, 7]));
  it('is null when nothing is finite', () => expect(visible([0, 1], [NaN, -Infinity], [0, 1]).range).toBeNull());
  it('drops and counts what a log axis cannot show', () => {
    const extent = visible([0, 1, 2], [-1, 0, 5], [0, 2], true);
    expect(extent.range).toEqual([5, 5]);
    expect(extent.dropped).toBeGreaterThan(0);
  });
  it('follows the smoothed line alone when the values are not drawn', () => {
    const extent = new Extent();
    addVisible(
      extent,
      rowsOfPoints([0, 1], [0, 100], [40, 60]),
      [0, 1],
      { smooth: true, values: false },
      { xScale: LINEAR, yScale: LINEAR },
    );
    expect(extent.range).toEqual([40, 60]);
  });
});

describe('a y axis', () => {
  it('pads and rounds outwards', () => {
    const [low, high] = niceDomain([0.12, 0.93]);
    expect(low).toBeLessThan(0.12);
    expect(high).toBeGreaterThan(0.93);
    expect([low, high]).toEqual([0, 1]);
  });
  it('has room for the bands of groups where they are drawn', () => {
    const rows = { ...rowsOfPoints([0, 1], [1, 2]), low: Float64Array.of(-3, NaN), high: Float64Array.of(4, NaN) };
    const seen = (bands: boolean, yScale: Scale) => {
      const extent = new Extent();
      addVisible(extent, rows, [0, 1], { smooth: true, values: false, bands }, { xScale: LINEAR, yScale });
      return [extent.range, extent.dropped];
    };
    expect(seen(true, LINEAR)).toEqual([[-3, 4], 0]);
    expect(seen(false, LINEAR)).toEqual([[1, 2], 0]);
    expect(seen(true, LOG)).toEqual([[1, 4], 0]);
  });
  it('stays where it is while values move inside it', () =>
    expect(niceDomain([0.12, 0.93])).toEqual(niceDomain([0.121, 0.94])));
  it('does not cross zero for values of one sign', () => {
    expect(niceDomain([0, 1])[0]).toBe(0);
    expect(niceDomain([-1, 0])[1]).toBe(0);
  });
  it('puts a constant in the middle', () => {
    expect(niceDomain([5, 5])).toEqual([0, 10]);
    expect(niceDomain([-5, -5])).toEqual([-10, 0]);
    expect(niceDomain([0, 0])).toEqual([-1, 1]);
    expect(niceDomain([3e-4, 3e-4])).toEqual([0, 6e-4]);
  });
  it('is 0 to 1 when there is nothing', () => expect(niceDomain(null)).toEqual([0, 1]));
  it('holds its values and is finite at any scale', () => {
    for (const scale of [1e-300, 1e-12, 1, 1e15, 1e300]) {
      for (const [a, b] of [
        [-1, 1],
        [0.3, 0.31],
        [1, 9],
      ] as const) {
        const [low, high] = niceDomain([a * scale, b * scale]);
        expect(low, `${a} to ${b} at ${scale}`).toBeLessThanOrEqual(a * scale);
        expect(high).toBeGreaterThanOrEqual(b * scale);
        expect(high - low).toBeLessThan((b - a) * scale * 1.6);
      }
    }
  });
  it('holds values that differ in their last digits only', () => {
    for (const [about, by] of [
      [1, 1e-12],
      [1, 5.3e-12],
      [1000, 4.9e-9],
      [-123456, 1.01e-5],
      [2 ** 53, 1e6],
    ] as const) {
      const [low, high] = niceDomain([about - by, about + by], 4);
      expect(low, `${about} ± ${by}`).toBeLessThan(about - by);
      expect(high, `${about} ± ${by}`).toBeGreaterThan(about + by);
      expect(high - low).toBeLessThan(by * 3.2);
    }
  });
  it('survives the largest doubles', () => {
    for (const lines of [3, 4, 5, 6, 7, 8, 9]) {
      const [low, high] = niceDomain([-Number.MAX_VALUE, Number.MAX_VALUE], lines);
      expect(Number.isFinite(high - low), `${lines} lines`).toBe(true);
    }
  });
});

describe('a logarithmic y axis', () => {
  it('goes from and to 1, 2 or 5 times a power of ten', () => expect(niceLogDomain([1.3e-4, 0.8])).toEqual([1e-4, 1]));
  it('gives a constant some room', () => expect(niceLogDomain([1, 1])).toEqual([0.5, 2]));
  it('stays near values that are near each other', () => {
    expect(niceLogDomain([0.301, 0.309])).toEqual([0.3, 0.31]);
    expect(niceLogDomain([2e-5, 5e-5])[0]).toBeGreaterThan(1.5e-5);
  });
  it('holds its values at any scale', () => {
    for (const value of [1e-300, 3e-8, 7, 6e20]) {
      const [low, high] = niceLogDomain([value, value * 50]);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value * 50);
    }
  });
});

describe('the whole x axis', () => {
  it('is the union of the lines', () =>
    expect(
      wholeRange(
        [
          [0, 10],
          [5, 24],
        ],
        false,
      ),
    ).toEqual([0, 24]));
  it('has room beyond a live end and stays while points arrive', () => {
    const [, high] = wholeRange([[0, 101]], true);
    expect(high).toBeGreaterThan(101);
    expect(wholeRange([[0, 104]], true)[1]).toBe(high);
  });
  it('has room around a single point', () => expect(wholeRange([[7, 7]], false)).toEqual([6, 8]));
  it('is 0 to 1 without lines', () => expect(wholeRange([], false)).toEqual([0, 1]));
});

describe('zooming', () => {
  it('keeps the place under the pointer', () => {
    const [low, high] = zoomAbout([0, 100], 25, 0.5)!;
    expect((25 - low) / (high - low)).toBeCloseTo(0.25);
    expect(high - low).toBe(50);
  });
  it('stops where doubles end', () => {
    let range: Range | null = [0, 1e9];
    let times = 0;
    while (range !== null && times < 500) {
      range = zoomAbout(range, 123456789, 0.5);
      times++;
    }
    expect(times).toBeLessThan(120);
  });
  it('is no zoom any more when everything is in view', () => expect(clampZoom([-10, 200], [0, 100])).toBeNull());
  it('stays within the data', () => {
    expect(clampZoom([-10, 20], [0, 100])).toEqual([0, 30]);
    expect(clampZoom([90, 120], [0, 100])).toEqual([70, 100]);
  });
  it('pans by a share of the width', () => expect(panBy([0, 10], 0.5)).toEqual([5, 15]));
});

describe('the range without outliers', () => {
  // Index ceil(0.05 (n − 1)) and floor(0.95 (n − 1)) of the sorted finite values: TensorBoard 2.21.
  it('leaves out a twentieth at each end', () => {
    const values = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
    expect(withoutOutliers(values)).toEqual([5, 95]);
    expect(withoutOutliers([3, 1, 2])).toEqual([2, 2]);
    expect(withoutOutliers([7, ...Array<number>(39).fill(1), 1e9])).toEqual([1, 1]);
  });
  it('counts finite values only, and keeps both of two', () => {
    expect(withoutOutliers([NaN, 5, Infinity, 1])).toEqual([1, 5]);
    expect(withoutOutliers([NaN])).toBeNull();
  });
});

describe('a symlog y axis', () => {
  const scale = { kind: 'symlog', c: 0.01 } as const;
  it('has a little room on both sides, as it is seen', () => {
    const [low, high] = symlogDomain([-1, 1000], scale);
    expect(low).toBeLessThan(-1);
    expect(low).toBeGreaterThan(-2.2);
    expect(high).toBeGreaterThan(1000);
    expect(high).toBeLessThan(2200);
  });
  it('is there for a constant and for nothing', () => {
    expect(symlogDomain([5, 5], scale)).toEqual([0, 10]);
    expect(symlogDomain(null, scale)).toEqual([-1, 1]);
  });
});

describe('a zoom along steps', () => {
  it('shows two of them at least', () => {
    expect(widenedToSteps([100.4, 100.5])).toEqual([99.45, 101.45]);
    expect(widenedToSteps([-3, -1])).toEqual([-3, -1]);
    expect(widenedToSteps([0, 5000])).toEqual([0, 5000]);
  });
  it('is still one where steps are farther apart than doubles', () => {
    for (const step of [2 ** 53, 2 ** 62]) {
      const [low, high] = widenedToSteps([step, step]);
      expect(low).toBeLessThan(step);
      expect(high).toBeGreaterThan(step);
    }
  });
});
