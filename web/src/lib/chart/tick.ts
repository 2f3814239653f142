/** Where an axis has its ticks and what they say. Ticks are few, round and evenly spaced; a label never needs its neighbours to be read. */
import { formatNotFinite, groupDigits, monthOf } from '../format';
import type { Range } from './row';
import { forward, type Scale } from './scale';

export interface Tick {
  at: number;
  label: string;
}

/** What a horizontal axis measures: steps, seconds since the first point, seconds since the Unix epoch, or what another tag says. */
export type XUnit = 'step' | 'relative' | 'wall' | 'tag';

const MINUS = '−';
const FACTORS = [1, 2, 2.5, 5, 10];

/** The round distance (1, 2, 2.5 or 5 times a power of ten) that gives `low` to `high` nearest to `count` ticks. */
export function tickStep(low: number, high: number, count: number): number {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return Number.isFinite(high - low) ? 0 : Number.MAX_VALUE / 8;
  const power = Math.floor(Math.log10(rough));
  let best = rough;
  let error = Infinity;
  for (const factor of FACTORS) {
    const step = Number(`${factor}e${power}`);
    const off = Math.abs(Math.log(step / rough));
    if (step > 0 && off < error) [best, error] = [step, off];
  }
  return best;
}

/** Multiples of `step` within the range, computed from whole numbers so that 0.1 + 0.2 never shows. */
function multiples([low, high]: Range, step: number): number[] {
  if (!(step > 0)) return [low];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const out: number[] = [];
  for (let i = first; i <= last && out.length < 1000; i++) out.push(Number((i * step).toPrecision(15)) + 0);
  return out;
}

/** Ticks of a linear axis, about `count` of them. */
export function linearTicks(range: Range, count: number): Tick[] {
  return ticksEvery(range, tickStep(range[0], range[1], count));
}

/**
 * Ticks of an axis of whole numbers. Training ends at a round step more often than not: a distance that has a tick at both ends is taken
 * where it gives nearly as many.
 */
export function stepTicks(range: Range, count: number): Tick[] {
  const span = range[1] - range[0];
  const plain = tickStep(range[0], range[1], count);
  const power = 10 ** Math.floor(Math.log10(plain || 1));
  const whole = (n: number) => Math.abs(n - Math.round(n)) < 1e-9;
  const fitting = [1, 2, 2.5, 3, 4, 5, 6, 8, 10]
    .map((factor) => factor * power)
    .filter((step) => step > plain / 1.7 && step < plain * 1.7 && whole(span / step) && whole(range[0] / step));
  const off = (step: number) => Math.abs(Math.log(step / plain));
  const step = fitting.sort((a, b) => off(a) - off(b))[0] ?? plain;
  return ticksEvery(range, Math.max(1, whole(step) ? step : Math.round(step)));
}

function ticksEvery(range: Range, step: number): Tick[] {
  const at = multiples(range, step);
  const labels = labelTicks(at, step);
  return at.map((value, i) => ({ at: value, label: labels[i]! }));
}

/** Labels with equal decimals: `0.25`, `1.50`; `12k` and `1.5M` for the large, `2e-4` for the small. */
export function labelTicks(values: readonly number[], step: number): string[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return values.map(() => '0');
  if (largest < 1e-2 && decimalsOf(step) > 4) return values.map((value) => exponent(value, largest, step));
  if (largest >= 1e15) return values.map((value) => exponent(value, largest, step));
  // A letter shortens: 4,988,046 says more in less room than 4,988.046k.
  const scaled = SCALES.find(([scale]) => largest >= scale && largest < scale * 1000 && step >= scale / 1000);
  // 500, 1,000, 1,500 are read more easily than 0.5k, 1k, 1.5k.
  if (scaled?.[1] === 'k' && largest < 10_000 && step < 1000)
    return values.map((value) => fixed(value, decimalsOf(step)));
  if (scaled === undefined) return values.map((value) => fixed(value, decimalsOf(step)));
  const [scale, letter] = scaled;
  const decimals = decimalsOf(step / scale);
  return values.map((value) => (value === 0 ? '0' : trimmed(value / scale, decimals) + letter));
}

const SCALES = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** Decimals that a multiple of `step` needs. */
function decimalsOf(step: number): number {
  if (!(step > 0)) return 3;
  for (let decimals = 0; decimals < 15; decimals++) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 15;
}

function fixed(value: number, decimals: number): string {
  return groupDigits(value, decimals)
    .replace(/^-(?=.*[1-9])/, MINUS)
    .replace(/^-/, '');
}

/** Like {@link fixed}, but `12k` stays `12k` beside `12.5k`: after a letter the figures are read one by one. */
function trimmed(value: number, decimals: number): string {
  return fixed(value, decimals)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** `2e-4`; with as many digits before the `e` as the step asks for. */
function exponent(value: number, largest: number, step: number): string {
  if (value === 0) return '0';
  const digits = step > 0 ? Math.max(0, Math.min(12, Math.ceil(Math.log10(largest / step) + 0.7))) : 3;
  const [mantissa, power] = value.toExponential(digits).split('e') as [string, string];
  return String(Number(mantissa)).replace('-', MINUS) + 'e' + power.replace('+', '');
}

/** Ticks of a logarithmic axis: powers of ten, thinned when there are many; with 2 and 5 between when there are few. */
export function logTicks([low, high]: Range, count: number): Tick[] {
  const [first, last] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const decades = Math.log10(high) - Math.log10(low); // of a quotient there may be none: 1e300 / 1e-300
  // Less than about half a power of ten: round distances read better than 2 and 5.
  if (high / low < 4) return linearTicks([low, high], count);
  const mantissas = decades < 1 ? [1, 2, 3, 5] : decades < 2.2 ? [1, 2, 5] : decades < 3.2 ? [1, 3] : [1];
  const every = Math.max(1, Math.ceil(decades / (count + 1)));
  const at: number[] = [];
  for (let power = first; power <= last; power++) {
    if (mantissas.length === 1 && power % every !== 0) continue;
    for (const mantissa of mantissas) {
      const value = Number(`${mantissa}e${power}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) at.push(value);
    }
  }
  return at.map((value) => ({ at: value, label: labelLog(value, low, high) }));
}

function labelLog(value: number, low: number, high: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 || (size < 0.1 && low < 2e-3) || high > 1e6) return value.toExponential().replace('+', '');
  return size >= 1000 ? trimmed(value / 1000, 2) + 'k' : String(Number(value.toPrecision(6)));
}

/** Distances between ticks of time, in seconds, up to a day; beyond, days in ones, twos, fives ... */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

function timeStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  if (rough < 1) return tickStep(0, span, count);
  if (rough > 86_400) return Math.max(1, Math.round(tickStep(0, span / 86_400, count))) * 86_400;
  return TIME_STEPS.reduce((best, step) =>
    Math.abs(Math.log(step / rough)) < Math.abs(Math.log(best / rough)) ? step : best,
  );
}

/** Ticks of time passed, in seconds: `0`, `20s`, `5m`, `1h30`, `2d`. */
export function durationTicks(range: Range, count: number): Tick[] {
  const step = timeStep(range[1] - range[0], count);
  return multiples(range, step).map((at) => ({ at, label: labelDuration(at, step) }));
}

function labelDuration(seconds: number, step: number): string {
  if (seconds === 0) return '0';
  const sign = seconds < 0 ? MINUS : '';
  const size = Math.abs(seconds);
  if (step < 1 || size < 60) {
    const plain = step < 1 ? decimalsOf(step) : 0;
    if (size < 60) return `${sign}${size.toFixed(plain)}s`;
    return `${sign}${Math.floor(size / 60)}m${(size % 60).toFixed(plain).padStart(plain > 0 ? plain + 3 : 2, '0')}`;
  }
  const two = (n: number) => String(n).padStart(2, '0');
  const [d, h, m, s] = [
    Math.floor(size / 86_400),
    Math.floor(size / 3600) % 24,
    Math.floor(size / 60) % 60,
    Math.round(size % 60),
  ];
  if (size < 3600) return `${sign}${m}m${s ? two(s) : ''}`;
  if (step >= 86_400 || (size >= 86_400 && h === 0 && m === 0)) return `${sign}${d}d`;
  const hours = d > 0 && step < 21_600 ? d * 24 + h : h;
  const clock = `${hours}h${m || s ? two(m) : ''}${s ? `:${two(s)}` : ''}`;
  return d > 0 && hours === h ? `${sign}${d}d${clock}` : sign + clock;
}

/** Ticks on the clock, at round local times: `14:00`, `14:00:30`; a day's first tick names the day: `21 Nov`. */
export function clockTicks(range: Range, count: number): Tick[] {
  const step = timeStep(range[1] - range[0], count);
  const midnight = new Date(range[0] * 1000);
  midnight.setHours(0, 0, 0, 0);
  // From the local midnight before the first point: a multiple of an hour since 1970 is no round time in every zone.
  const zero = midnight.getTime() / 1000;
  if (step >= 86_400) return dayTicks(range, midnight, Math.round(step / 86_400));
  return multiples([range[0] - zero, range[1] - zero], step).map((offset) => {
    const at = zero + offset;
    return { at, label: labelClock(new Date(at * 1000), step) };
  });
}

/** By the calendar, because a day may have 23 or 25 hours. */
function dayTicks([low, high]: Range, midnight: Date, days: number): Tick[] {
  const out: Tick[] = [];
  const day = new Date(midnight);
  while (day.getTime() / 1000 <= high && out.length < 100) {
    const at = day.getTime() / 1000;
    if (at >= low) out.push({ at, label: labelDay(day, days > 180) });
    day.setDate(day.getDate() + days);
  }
  return out;
}

function labelClock(at: Date, step: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const seconds = at.getSeconds() + at.getMilliseconds() / 1000;
  if (at.getHours() === 0 && at.getMinutes() === 0 && seconds === 0) return labelDay(at, false);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (step < 1) return `${clock}:${seconds.toFixed(decimalsOf(step)).padStart(3 + decimalsOf(step), '0')}`;
  return step < 60 ? `${clock}:${two(Math.floor(seconds))}` : clock;
}

function labelDay(day: Date, year: boolean): string {
  const month = monthOf(day);
  return year ? `${month} ${day.getFullYear()}` : `${day.getDate()} ${month}`;
}

/** Ticks of a horizontal axis `width` CSS pixels wide: about 4 on a card of three in a row. */
export function xTicks(unit: XUnit, range: Range, width: number, scale: Scale): Tick[] {
  const most = Math.max(2, Math.min(9, Math.floor((unit === 'step' ? 2.6 : 2) + width / 160)));
  for (let count = most; ; count--) {
    const ticks = ticksOf(unit, range, count, scale);
    const widest = ticks.reduce((length, { label }) => Math.max(length, label.length), 0);
    if (count === 1 || ticks.length * (widest * CHARACTER_PX + APART_PX) <= width + APART_PX) return ticks;
  }
}

/** Of a label, about; and the least between two. */
const [CHARACTER_PX, APART_PX] = [6, 10];

function ticksOf(unit: XUnit, range: Range, count: number, scale: Scale): Tick[] {
  if (scale.kind !== 'linear') return scaledTicks(range, count, scale);
  if (unit === 'tag') return linearTicks(range, count);
  if (unit === 'step') return stepTicks(range, count);
  return unit === 'relative' ? durationTicks(range, count) : clockTicks(range, count);
}

/** Ticks of a vertical axis `height` CSS pixels high: 4 to 6 lines on a card, a few more on a tall chart. */
export function yTicks(range: Range, height: number, scale: Scale): Tick[] {
  const count = yLines(height);
  return scale.kind === 'linear' ? linearTicks(range, count) : scaledTicks(range, count, scale);
}

function scaledTicks(range: Range, count: number, scale: Scale): Tick[] {
  return scale.kind === 'log' ? logTicks(range, count) : symlogTicks(range, count, scale);
}

/** Ticks of a symlog axis: zero and powers of ten to both sides, thinned until they are `count` evenly apart. */
export function symlogTicks(range: Range, count: number, scale: Scale): Tick[] {
  const [low, high] = [forward(scale, range[0]), forward(scale, range[1])];
  const apart = ((high - low) / (count + 1)) * 0.7;
  const first = Math.round(Math.log10(scale.c));
  const last = Math.ceil(Math.log10(Math.max(Math.abs(range[0]), Math.abs(range[1]), scale.c)));
  const at: number[] = range[0] <= 0 && range[1] >= 0 ? [0] : [];
  let taken = 0;
  for (let power = first; power <= last; power++) {
    const value = Number(`1e${power}`);
    const t = forward(scale, value);
    if (t - taken < apart) continue;
    taken = t;
    for (const one of [-value, value]) if (one >= range[0] && one <= range[1]) at.push(one);
  }
  // Too few powers of ten: on one side of zero as a log axis has them, else round distances.
  if (at.length < 3) return range[0] >= scale.c ? logTicks(range, count) : linearTicks(range, count);
  at.sort((a, b) => a - b);
  return at.map((value) => {
    const label = value === 0 ? '0' : labelLog(Math.abs(value), scale.c, Math.max(...at));
    return { at: value, label: value < 0 ? MINUS + label : label };
  });
}

/** Grid lines that suit a plot of this height. */
export function yLines(height: number): number {
  return Math.max(3, Math.min(9, Math.round(2 + height / 64)));
}

/** One value for an axis label or a flag, when it is no number at all in words. */
export function labelOne(value: number): string {
  return Number.isFinite(value) ? labelTicks([value], Math.abs(value) / 1000)[0]! : formatNotFinite(value);
}
