/** Numbers, times and sizes as the page writes them: − for minus, thousands with a comma, `12k` on axes, `1e-3` for rates. */

const MINUS = '−';
const sign = (text: string) => text.replace(/^-/, MINUS).replace(/^−0(\.0+)?$/, '0$1');

// Kept, because making one takes a hundred times as long as using it.
const fixedFormats: Intl.NumberFormat[] = [];
const significantFormats: Intl.NumberFormat[] = [];
const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'short' });

/** `value` as the browser groups it, with a fixed number of decimals and its own minus: `-1,024.50`. */
export function groupDigits(value: number, decimals: number): string {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return (fixedFormats[decimals] ??= new Intl.NumberFormat('en-US', digits)).format(value);
}

/** `Nov`, of the local time. */
export function monthOf(at: Date): string {
  return monthFormat.format(at);
}

/** A whole number: `24,000`, `−3`. "–" when there is none. */
export function formatInt(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return sign(groupDigits(Math.round(value), 0));
}

/** A step where there is little room: `24,000`, with `from` or more (a thousand million) `4.61e18`. */
export function formatStep(value: number | null | undefined, from = 1e9): string {
  return value !== null && value !== undefined && Math.abs(value) >= from ? exponent(value, 3) : formatInt(value);
}

/** `value` with a fixed number of decimals: `0.9314`, `−1,024.50`. NaN and infinities in words. */
export function formatFixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return formatNotFinite(value);
  return sign(groupDigits(value, decimals));
}

/** A number by itself, to about `digits` significant digits: `0.0312`, `1,024`, `1.2e-7`. Without padding zeros. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return formatNotFinite(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return exponent(value, digits);
  const most = Math.max(digits, Math.floor(Math.log10(size || 1)) + 1);
  significantFormats[most] ??= new Intl.NumberFormat('en-US', { maximumSignificantDigits: most });
  return sign(significantFormats[most].format(value));
}

/** A tick on an axis: `0`, `0.25`, `12k`, `1.5M`, `1e-3`. */
export function formatAxis(value: number): string {
  if (!Number.isFinite(value)) return formatNotFinite(value);
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 1e-3 || size >= 1e15) return exponent(value, 3);
  for (const [scale, letter] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (size >= scale) return sign(String(Number((value / scale).toPrecision(4)))) + letter;
  }
  return sign(String(Number(value.toPrecision(6))));
}

/**
 * How figures that stand together are written: about `digits` significant digits of the usual one, and equal decimals. The usual one is the
 * median, so that one run that diverged does not round all others to 0. What has fewer than two digits with these decimals, or is far too
 * long, is written by itself: of 0.0312, 0.0298 and 152345.7 the last is `152,346`, of 0.5 and 1e-7 the last is `1e-7`. No value is
 * written as 0 but 0 itself.
 */
export function alignedFormat(values: Iterable<number>, digits = 4): (value: number) => string {
  const decimals = decimalsFor(values, digits);
  if (decimals === null) return (value) => formatNumber(value, digits);
  const [least, most] = [10 ** (1 - decimals), 10 ** Math.max(0, digits + 4 - decimals)];
  return (value) => {
    const size = Math.abs(value);
    const fits = value === 0 || !Number.isFinite(value) || (size >= least && size < most);
    return fits ? formatFixed(value, decimals) : formatNumber(value, digits);
  };
}

/** Decimals for most of these figures; null where they are so small or so large that each is better off with an exponent. */
function decimalsFor(values: Iterable<number>, digits: number): number | null {
  const sizes: number[] = [];
  let whole = true;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    whole &&= Number.isInteger(value);
    if (value !== 0) sizes.push(Math.abs(value));
  }
  if (sizes.length === 0) return digits;
  const ordered = Float64Array.from(sizes).sort();
  const usual = ordered[ordered.length >> 1]!;
  if (usual < 1e-3 || usual >= 1e9) return null;
  if (whole && ordered.at(-1)! >= 10) return 0;
  const place = (size: number) => Math.floor(Math.log10(size));
  // A figure up to a hundred times smaller has one digit less than the usual one.
  const small = ordered.find((size) => size >= usual / 100)!;
  return Math.min(digits + 2, Math.max(0, digits - 1 - place(usual), digits - 2 - place(small)));
}

/** NaN, ∞ or −∞. */
export function formatNotFinite(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : `${MINUS}∞`;
}

function exponent(value: number, digits: number): string {
  const [mantissa, power] = value.toExponential(digits - 1).split('e') as [string, string];
  return sign(String(Number(mantissa))) + 'e' + power.replace('+', '');
}

/** A duration in figures: `0:07`, `42:10`, `1:12:20`, `4 d 04 h`, `400 d`. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [d, h, m, s] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600) % 24,
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (d >= 100) return `${formatInt(d)} d`;
  if (d >= 4) return `${d} d ${two(h)} h`;
  const hours = d * 24 + h;
  return hours > 0 ? `${hours}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A duration in words, as in "step 12,400, 21 min in": `0.4 s`, `12 s`, `21 min`, `1 h 12 min`, `3 d 4 h`; without tenths when they only flicker. */
export function durationWords(seconds: number, tenths = true): string {
  const abs = Math.max(0, seconds);
  if (abs < 9.95 && tenths) return `${abs.toFixed(1)} s`;
  if (abs < 59.5) return `${Math.round(abs)} s`;
  const minutes = Math.round(abs / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return hours % 24 ? `${Math.floor(hours / 24)} d ${hours % 24} h` : `${Math.floor(hours / 24)} d`;
}

/** A size in decimal units: `512 B`, `8.4 kB`, `2.1 GB`. */
export function formatBytes(bytes: number): string {
  const [value, unit] = scaled(bytes);
  return `${value} ${unit}`;
}

/** Progress in one unit: `1.3 of 2.1 GB`. */
export function formatBytesOf(bytes: number, total: number): string {
  const [, unit, scale, decimals] = scaled(total);
  return `${(bytes / scale).toFixed(decimals)} of ${formatBytes(total).replace(` ${unit}`, '')} ${unit}`;
}

function scaled(bytes: number): [value: string, unit: string, scale: number, decimals: number] {
  for (const [scale, unit] of [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const) {
    // 999,950 bytes are 1.0 MB, not 1000.0 kB.
    if (bytes >= scale * 0.99995) return [(bytes / scale).toFixed(1), unit, scale, 1];
  }
  return [String(bytes), 'B', 1, 0];
}

/** Null for what is no time, and for one that no calendar has: a file may say anything. */
function dateOf(wallTime: number | null | undefined): Date | null {
  const at = new Date((wallTime ?? NaN) * 1000);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** A wall time (seconds since the epoch) on the clock: `14:02` on the day of `now`, `21 Nov 14:02` before, with the year when it is another. */
export function formatClock(
  wallTime: number | null | undefined,
  now: number = Date.now() / 1000,
  seconds = false,
): string {
  const at = dateOf(wallTime);
  if (at === null) return '–';
  const today = new Date(now * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}` + (seconds ? `:${two(at.getSeconds())}` : '');
  if (at.toDateString() === today.toDateString()) return clock;
  const day = `${at.getDate()} ${monthOf(at)}`;
  return at.getFullYear() === today.getFullYear() ? `${day} ${clock}` : `${day} ${at.getFullYear()} ${clock}`;
}

/** A wall time in about eight characters: `14:02` on the day of `now`, `21 Nov` before, `Oct 2025` in another year. */
export function formatMonth(wallTime: number | null | undefined, now: number = Date.now() / 1000): string {
  const at = dateOf(wallTime);
  if (at === null) return '–';
  const today = new Date(now * 1000);
  const month = monthOf(at);
  if (at.getFullYear() !== today.getFullYear()) return `${month} ${at.getFullYear()}`;
  return at.toDateString() === today.toDateString() ? formatClock(wallTime, now) : `${at.getDate()} ${month}`;
}

/** `1 run`, `2 runs`, `1,200 runs`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${formatInt(n)} ${n === 1 ? one : many}`;
}
