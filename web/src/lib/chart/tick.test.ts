import { describe, expect, it } from 'vitest';
import { LINEAR } from './scale';
import {
  clockTicks,
  durationTicks,
  labelTicks,
  linearTicks,
  logTicks,
  stepTicks,
  symlogTicks,
  tickStep,
  xTicks,
  yTicks,
} from './tick';

const labels = (ticks: { label: string }[]) => ticks.map((tick) => tick.label);
const places = (ticks: { at: number }[]) => ticks.map((tick) => tick.at);

describe('a linear axis', () => {
  it('has steps of 1, 2, 2.5 or 5 times a power of ten', () => {
    expect(tickStep(0, 1, 5)).toBe(0.2);
    expect(tickStep(0, 1, 4)).toBe(0.25);
    expect(tickStep(0, 24000, 5)).toBe(5000);
    expect(tickStep(0, 3e-9, 5)).toBe(5e-10);
  });
  it('gives every label the same decimals', () =>
    expect(labels(linearTicks([0, 1], 4))).toEqual(['0.00', '0.25', '0.50', '0.75', '1.00']));
  it('has no rounding dust', () => expect(places(linearTicks([0, 0.5], 5))).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]));
  it('writes − for minus and no −0', () =>
    expect(labels(linearTicks([-1, 1], 4))).toEqual(['−1.0', '−0.5', '0.0', '0.5', '1.0']));
  it('writes thousands as k and millions as M', () => {
    expect(labels(linearTicks([0, 24000], 5))).toEqual(['0', '5k', '10k', '15k', '20k']);
    expect(labels(linearTicks([0, 5e6], 5))).toEqual(['0', '1M', '2M', '3M', '4M', '5M']);
    expect(labels(linearTicks([0, 2000], 4))).toEqual(['0', '500', '1,000', '1,500', '2,000']);
  });
  it('tells apart large numbers that differ little', () =>
    expect(labels(linearTicks([100000, 100001], 4))).toEqual([
      '100,000.00',
      '100,000.25',
      '100,000.50',
      '100,000.75',
      '100,001.00',
    ]));
  it('writes tiny numbers with an exponent', () => {
    expect(labels(linearTicks([0, 4e-12], 4))).toEqual(['0', '1e-12', '2e-12', '3e-12', '4e-12']);
    expect(labels(linearTicks([0, 1e-4], 4))).toEqual(['0', '2.5e-5', '5e-5', '7.5e-5', '1e-4']);
  });
  it('writes huge numbers with an exponent', () =>
    expect(labels(linearTicks([0, 2e15], 4))).toEqual(['0', '5e14', '1e15', '1.5e15', '2e15']));
  it('has distinct labels at any scale', () => {
    for (let power = -300; power <= 300; power += 7) {
      for (const [low, high] of [
        [0, 1],
        [3, 8],
        [-2, 5],
        [1, 1.001],
      ] as const) {
        const found = labels(linearTicks([Number(`${low}e${power}`), Number(`${high}e${power}`)], 5));
        expect(new Set(found).size, `${low} to ${high} e${power}: ${found}`).toBe(found.length);
        expect(found.length).toBeGreaterThanOrEqual(3);
      }
    }
  });
  it('has one tick where there is no span', () => expect(places(linearTicks([5, 5], 5))).toEqual([5]));
  it('survives the widest span a double can have', () =>
    expect(linearTicks([-1.7e308, 1.7e308], 5).length).toBeGreaterThan(2));
  it('labels zero plainly', () => expect(labelTicks([0], 0)).toEqual(['0']));
});

describe('an axis of steps', () => {
  it('stays on whole numbers', () => expect(places(stepTicks([0, 3], 6))).toEqual([0, 1, 2, 3]));
  it('has a tick at the last step when that is round', () => {
    expect(labels(stepTicks([0, 24000], 4))).toEqual(['0', '6k', '12k', '18k', '24k']);
    expect(labels(stepTicks([0, 120], 4))).toEqual(['0', '30', '60', '90', '120']);
  });
  it('takes round distances otherwise', () =>
    expect(labels(stepTicks([0, 23871], 4))).toEqual(['0', '5k', '10k', '15k', '20k']));
  it('has a tick in the narrowest zoom', () => expect(stepTicks([1000.2, 1001.1], 4).length).toBe(1));
});

describe('a logarithmic axis', () => {
  it('has powers of ten, written 1e-3 for rates', () =>
    expect(labels(logTicks([1e-5, 2e-2], 5))).toEqual(['1e-5', '1e-4', '1e-3', '1e-2']));
  it('has 1, 2 and 5 when there are few powers', () =>
    expect(labels(logTicks([0.05, 2], 5))).toEqual(['0.05', '0.1', '0.2', '0.5', '1', '2']));
  it('thins powers of ten evenly when there are many', () => {
    const at = places(logTicks([1e-30, 1e10], 5)).map((v) => Math.round(Math.log10(v)));
    const gaps = new Set(at.slice(1).map((v, i) => v - at[i]!));
    expect(gaps.size).toBe(1);
    expect(at.length).toBeLessThanOrEqual(7);
  });
  it('has some over more decades than a quotient can say', () =>
    expect(labels(logTicks([5e-301, 2e298], 4))).toEqual(['1e-240', '1e-120', '1e0', '1e120', '1e240']));
  it('uses round distances when it spans less than a factor of four', () =>
    expect(labels(logTicks([1, 2], 5))).toEqual(['1.0', '1.2', '1.4', '1.6', '1.8', '2.0']));
});

describe('an axis of time passed', () => {
  it('counts seconds, minutes, hours and days', () => {
    expect(labels(durationTicks([0, 60], 4))).toEqual(['0', '15s', '30s', '45s', '1m']);
    expect(labels(durationTicks([0, 1200], 4))).toEqual(['0', '5m', '10m', '15m', '20m']);
    expect(labels(durationTicks([0, 7200], 4))).toEqual(['0', '30m', '1h', '1h30', '2h']);
    expect(labels(durationTicks([0, 4 * 86400], 4))).toEqual(['0', '1d', '2d', '3d', '4d']);
  });
  it('goes below a second', () =>
    expect(labels(durationTicks([0, 0.02], 4))).toEqual(['0', '0.005s', '0.010s', '0.015s', '0.020s']));
});

describe('an axis of the clock', () => {
  const at = (text: string) => new Date(text).getTime() / 1000;
  it('stands at round local times', () =>
    expect(labels(clockTicks([at('2026-11-21T13:50:00'), at('2026-11-21T15:10:00')], 4))).toEqual([
      '14:00',
      '14:15',
      '14:30',
      '14:45',
      '15:00',
    ]));
  it('names the day at midnight', () =>
    expect(labels(clockTicks([at('2026-11-21T18:00:00'), at('2026-11-22T06:00:00')], 4))).toEqual([
      '18:00',
      '21:00',
      '22 Nov',
      '03:00',
      '06:00',
    ]));
  it('names days when it spans many', () =>
    expect(labels(clockTicks([at('2026-11-20T10:00:00'), at('2026-11-25T10:00:00')], 5))).toEqual([
      '21 Nov',
      '22 Nov',
      '23 Nov',
      '24 Nov',
      '25 Nov',
    ]));
  it('shows seconds when it spans few', () =>
    expect(labels(clockTicks([at('2026-11-21T13:50:00'), at('2026-11-21T13:50:20')], 4))).toEqual([
      '13:50:00',
      '13:50:05',
      '13:50:10',
      '13:50:15',
      '13:50:20',
    ]));
});

describe('the number of ticks', () => {
  it('leaves each label of an x axis its room', () => {
    for (const width of [120, 240, 500, 900]) {
      expect(xTicks('step', [0, 24000], width, LINEAR).length, `${width} px`).toBeLessThanOrEqual(width / 40 + 1);
      expect(xTicks('step', [0, 24000], width, LINEAR).length, `${width} px`).toBeGreaterThanOrEqual(2);
    }
  });
  it('is 4 to 6 on a card of 158 px', () => {
    for (const range of [
      [0, 1],
      [0, 0.7],
      [0.1, 2.3],
      [-3, 4],
      [0.71, 0.95],
      [0, 137],
    ] as const) {
      const { length } = yTicks(range, 128, LINEAR);
      expect(length, String(range)).toBeGreaterThanOrEqual(3);
      expect(length, String(range)).toBeLessThanOrEqual(6);
    }
  });
});

describe('a symlog axis', () => {
  const scale = { kind: 'symlog', c: 0.01 } as const;
  it('has zero and powers of ten to both sides', () =>
    expect(symlogTicks([-10, 1000], 6, scale).map((tick) => tick.label)).toEqual([
      '−10',
      '−1',
      '−0.1',
      '0',
      '0.1',
      '1',
      '10',
      '100',
      '1k',
    ]));
  it('of one side of zero is as a log axis', () =>
    expect(symlogTicks([0.05, 3], 4, scale)).toEqual(logTicks([0.05, 3], 4)));
  it('has round distances within its linear part', () =>
    expect(symlogTicks([0.1, 0.2], 4, scale).map((tick) => tick.at)).toEqual([0.1, 0.125, 0.15, 0.175, 0.2]));
});

describe('values far from zero, close together', () => {
  it('are written out where a letter would not shorten them', () => {
    const labels = (low: number, high: number) => linearTicks([low, high], 4).map((tick) => tick.label);
    expect(labels(4_988_046, 4_988_062)).toEqual(['4,988,050', '4,988,055', '4,988,060']);
    expect(labels(1_000_000, 1_000_060)).toEqual(['1,000,000', '1,000,020', '1,000,040', '1,000,060']);
    expect(labels(4_980_000, 5_020_000)).toEqual(['4.98M', '4.99M', '5M', '5.01M', '5.02M']);
  });
  it('have fewer ticks where their labels would touch', () => {
    const ticks = xTicks('step', [1.1e12, 1.1e12 + 40], 300, LINEAR);
    expect(ticks.length).toBeGreaterThan(0);
    expect(ticks.length * ticks[0]!.label.length * 6).toBeLessThan(300);
    expect(xTicks('step', [0, 40], 300, LINEAR).length).toBeGreaterThan(ticks.length);
  });
});
