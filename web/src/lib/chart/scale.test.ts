import { describe, expect, it } from 'vitest';
import { forward, inverse, LINEAR, LOG, onScale, slope, symlogFor, type Scale } from './scale';
import { panBy, zoomAbout } from './domain';

const SYMLOG: Scale = { kind: 'symlog', c: 0.01 };
const VALUES = [-1e3, -0.01, -1e-5, 0, 1e-5, 0.3, 1, 1e6];

describe('a scale', () => {
  it.each([LINEAR, SYMLOG])('comes back to the value: $kind', (scale) => {
    for (const value of VALUES) expect(inverse(scale, forward(scale, value))).toBeCloseTo(value, 6);
  });
  it('has no place for zero and below when it is logarithmic', () => {
    expect([-1, 0].map((value) => forward(LOG, value))).toEqual([NaN, NaN]);
    expect(inverse(LOG, forward(LOG, 42))).toBeCloseTo(42, 9);
  });
  it('that is symlog is as the server has it', () => {
    expect(forward({ kind: 'symlog', c: 1 }, 99)).toBeCloseTo(2, 12);
    expect(forward({ kind: 'symlog', c: 1 }, -99)).toBeCloseTo(-2, 12);
  });
  it.each([LINEAR, LOG, SYMLOG])('has the slope of its derivative: $kind', (scale) => {
    const [at, by] = [0.7, 1e-6];
    expect(slope(scale, at)).toBeCloseTo((forward(scale, at + by) - forward(scale, at - by)) / (2 * by), 5);
  });
});

describe('a range on a log scale', () => {
  it('zooms about a place that keeps its place', () => {
    const [low, high] = onScale(LOG, [1, 10_000], (t) => zoomAbout(t, 2, 0.5))!;
    expect([low, high].map(Math.round)).toEqual([10, 1000]);
  });
  it('pans by what is seen', () => {
    const [low, high] = onScale(LOG, [1, 100], (t) => panBy(t, 0.5))!;
    expect([low, high].map(Math.round)).toEqual([10, 1000]);
  });
});

it('a symlog scale changes by whole decades', () => {
  expect(symlogFor([-3, 8]).c).toBeCloseTo(0.01, 12);
  expect(symlogFor([-3, 9.9]).c).toBe(symlogFor([0, 5]).c);
  expect(symlogFor(null).c).toBe(symlogFor([-1, 1]).c);
  expect(symlogFor([0, 0]).c).toBe(1);
});
