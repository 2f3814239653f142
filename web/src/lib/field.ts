/**
 * Fields: what is known of a run. An id names one everywhere (columns, sort, filter, groups, the URL, the server):
 * `step`, `hparam:lr`, `metric:val/acc.max`. Pure; the values are in stores/fields.svelte.ts.
 */

import { alignedFormat, formatFixed, formatInt, formatNotFinite, formatNumber } from './format';
import { compareNatural } from './natural';

/** Null where a run has none; undefined while it is not known yet. Numbers may be NaN or infinite. */
export type FieldValue = string | number | boolean | null | undefined;

/** Which of a metric's figures. `best` is the lowest or the highest, as the tag's name or the user says. */
export const FIGURES = ['last', 'best', 'min', 'max', 'mean', 'first'] as const;
export type Figure = (typeof FIGURES)[number];

export type FieldType = 'number' | 'text' | 'bool' | 'mixed';

interface BuiltInSpec {
  /** What a column's head says. */
  readonly title: string;
  /** In a sentence. */
  readonly about: string;
  readonly type: FieldType;
  /** All it may be, where that is a few words. */
  readonly values?: readonly string[];
  /** False for what is no column: it is shown elsewhere in the row. */
  readonly column?: false;
}

/** What every run has. */
export const BUILT_IN = {
  name: { title: 'Run', about: 'the name of the run', type: 'text', column: false },
  step: { title: 'Step', about: 'last step', type: 'number' },
  time: { title: 'Time', about: 'seconds from first to last event', type: 'number' },
  started: { title: 'Started', about: 'when its first event was written', type: 'number' },
  speed: { title: 'Steps/s', about: 'steps per second, over all of it', type: 'number' },
  points: { title: 'Points', about: 'points of all its series', type: 'number' },
  restarts: { title: 'Restarts', about: 'times it went back to an earlier step', type: 'number' },
  damage: { title: 'Damage', about: 'damaged places in its files', type: 'number' },
  health: {
    title: 'Health',
    about: 'what looks wrong with it',
    type: 'text',
    values: ['ok', 'nan', 'infinity', 'divergence', 'spike', 'stopped', 'stall', 'plateau'],
  },
  state: {
    title: 'State',
    about: 'live, finished or stale',
    type: 'text',
    values: ['live', 'finished', 'stale'],
    column: false,
  },
} as const satisfies Record<string, BuiltInSpec>;
export type BuiltIn = keyof typeof BUILT_IN;

export type Field =
  | { readonly kind: 'built-in'; readonly name: BuiltIn }
  | { readonly kind: 'hparam'; readonly name: string }
  | { readonly kind: 'metric'; readonly tag: string; readonly figure: Figure };

const HPARAM = 'hparam:';
const METRIC = 'metric:';

export const hparamId = (name: string): string => HPARAM + name;
export const metricId = (tag: string, figure: Figure): string => `${METRIC}${tag}.${figure}`;

/** The field an id names; null when it names none. */
export function parseField(id: string): Field | null {
  if (id.startsWith(HPARAM)) return { kind: 'hparam', name: id.slice(HPARAM.length) };
  if (id.startsWith(METRIC)) {
    const dot = id.lastIndexOf('.');
    const figure = FIGURES.find((one) => one === id.slice(dot + 1));
    return dot < METRIC.length || figure === undefined
      ? null
      : { kind: 'metric', tag: id.slice(METRIC.length, dot), figure };
  }
  return Object.hasOwn(BUILT_IN, id) ? { kind: 'built-in', name: id as BuiltIn } : null;
}

/** What a column's head says of a field, and quietly after it. */
export function fieldTitle(id: string): { text: string; note: string } {
  const field = parseField(id);
  if (field === null) return { text: id, note: '' };
  if (field.kind === 'built-in') return { text: BUILT_IN[field.name].title, note: '' };
  if (field.kind === 'hparam') return { text: field.name, note: '' };
  return { text: field.tag, note: field.figure === 'last' ? '' : field.figure };
}

/** Has the run no such figure: neither a value nor, for a number, one that can be put in order. */
export function isMissing(value: FieldValue): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/** Order of two values, for sorting upwards: numbers, then truth values, then texts in natural order. Both must not be missing. */
export function compareValues(a: FieldValue, b: FieldValue): number {
  const rank = (value: FieldValue) => (typeof value === 'number' ? 0 : typeof value === 'boolean' ? 1 : 2);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'string' && typeof b === 'string') return compareNatural(a, b);
  return a === b ? 0 : a! < b! ? -1 : 1;
}

/**
 * How the values of a column are written, so that its figures stand in line: the same number of decimals, or `1e-3` for what was chosen
 * over several powers of ten.
 */
export function columnFormat(values: readonly FieldValue[]): (value: FieldValue) => string {
  const finite = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const figure = figureFormat(finite);
  return (value) => {
    if (value === undefined) return '';
    if (value === null) return '–';
    if (typeof value === 'number') return Number.isFinite(value) ? figure(value) : formatNotFinite(value);
    return typeof value === 'boolean' ? (value ? 'true' : 'false') : value;
  };
}

function figureFormat(finite: readonly number[]): (value: number) => string {
  let [low, high] = [Infinity, 0];
  for (const value of finite) {
    const size = Math.abs(value);
    if (size !== 0 && size < low) low = size;
    if (size > high) high = size;
  }
  if (high < 1e9 && finite.every(Number.isInteger)) return formatInt;
  // What people choose has few digits: 0.1, 3e-4. A learning rate of 1e-5 among tenths is not 0.00.
  const chosen = finite.every((value) => Number(value.toPrecision(3)) === value);
  if (high < 1e-3 || (chosen && (low < 1e-2 || high >= 1e9))) return rate;
  if (chosen) {
    const decimals = Math.min(
      6,
      finite.reduce((most, value) => Math.max(most, decimalsOf(value)), 0),
    );
    return (value) => formatFixed(value, decimals);
  }
  return alignedFormat(finite);
}

function decimalsOf(value: number): number {
  const text = String(value);
  if (text.includes('e')) return 6;
  return text.length - (text.indexOf('.') + 1 || text.length);
}

/** `1e-3`, `3.16e-4`, `0`. */
function rate(value: number): string {
  if (value === 0) return '0';
  const [mantissa, power] = value.toExponential(2).split('e') as [string, string];
  return `${formatNumber(Number(mantissa), 3)}e${power.replace('+', '')}`;
}

/** The whole of a value, for a title. */
export function fullText(value: FieldValue): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? formatNumber(value, 17) : formatNotFinite(value);
  return value === null || value === undefined ? undefined : String(value);
}
