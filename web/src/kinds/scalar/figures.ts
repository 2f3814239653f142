/** The table of values: its columns, what stands in their cells, and their order. Pure. */

import { decimalsFor, formatDuration, formatFixed, formatInt, formatNotFinite, formatNumber } from '../../lib/format';
import { compareNatural } from '../../lib/natural';
import type { components } from '../../lib/schema';

type RunValues = components['schemas']['ScalarRunValues'];
type Point = components['schemas']['ScalarPoint'];

/** A line of the table: who it is, and its figures. */
export interface Figures extends RunValues {
  readonly key: string;
  readonly label: string;
  readonly part: string;
  readonly colour: string;
  readonly dash: readonly number[];
}

export interface Column {
  readonly id: string;
  readonly text: string;
  /** What it is, where the text is short. */
  readonly title: string;
  /** What it is sorted by; null where there is none. */
  readonly number: (line: Figures) => number | null;
  readonly kind: 'value' | 'step' | 'count' | 'time' | 'share';
  /** Which step it is from. */
  readonly step?: (line: Figures) => number | null;
}

const valueOf = (point: Point | null): number | null => {
  if (point === null) return null;
  if (point.value !== null) return point.value;
  return { '': null, NaN: NaN, Infinity, '-Infinity': -Infinity }[point.word];
};
const lost = (line: Figures) => (line.range ? line.range.nan + line.range.posinf + line.range.neginf : null);

/** End less start. */
export function changeOf({ range }: Figures): number | null {
  const [start, end] = [valueOf(range?.start ?? null), valueOf(range?.end ?? null)];
  return start === null || end === null ? null : end - start;
}

/** The change as a share of the start's size, so that its sign is the change's. Null from zero, where no share means anything. */
export function shareOf(line: Figures): number | null {
  const [change, start] = [changeOf(line), valueOf(line.range?.start ?? null)];
  return change === null || !start ? null : change / Math.abs(start);
}

/** At one step. */
export const AT: readonly Column[] = [
  {
    id: 'smooth',
    text: 'Smooth',
    title: 'The smoothed value',
    kind: 'value',
    number: (line) => line.at?.smooth ?? null,
  },
  {
    id: 'value',
    text: 'Value',
    title: 'The value as it was logged',
    kind: 'value',
    number: (line) => valueOf(line.at),
  },
  {
    id: 'step',
    text: 'Step',
    title: 'The nearest step with a point',
    kind: 'step',
    number: (line) => line.at?.step ?? null,
  },
  {
    id: 'time',
    text: 'Time',
    title: 'Since the run’s first point',
    kind: 'time',
    number: ({ at, origin }) => (at?.wall_time == null || origin === null ? null : at.wall_time - origin),
  },
];

/** Over a range of steps. */
export const OVER: readonly Column[] = [
  {
    id: 'start',
    text: 'Start',
    title: 'The first value in the range',
    kind: 'value',
    number: (line) => valueOf(line.range?.start ?? null),
    step: (line) => line.range?.start.step ?? null,
  },
  {
    id: 'end',
    text: 'End',
    title: 'The last value in the range',
    kind: 'value',
    number: (line) => valueOf(line.range?.end ?? null),
    step: (line) => line.range?.end.step ?? null,
  },
  {
    id: 'min',
    text: 'Min',
    title: 'The smallest finite value',
    kind: 'value',
    number: (line) => line.range?.min ?? null,
    step: (line) => line.range?.min_step ?? null,
  },
  {
    id: 'max',
    text: 'Max',
    title: 'The largest finite value',
    kind: 'value',
    number: (line) => line.range?.max ?? null,
    step: (line) => line.range?.max_step ?? null,
  },
  {
    id: 'mean',
    text: 'Mean',
    title: 'The mean of the finite values',
    kind: 'value',
    number: (line) => line.range?.mean ?? null,
  },
  { id: 'change', text: 'Change', title: 'End less start', kind: 'value', number: changeOf },
  { id: 'share', text: '%', title: 'The change as a share of the start', kind: 'share', number: shareOf },
  { id: 'points', text: 'Points', title: 'In the range', kind: 'count', number: (line) => line.range?.points ?? null },
  { id: 'lost', text: 'NaN, ∞', title: 'Points that are not finite', kind: 'count', number: lost },
];

/** Equal decimals in a column; an exponent where they would be no use. */
export function cellsOf(column: Column, lines: readonly Figures[]): string[] {
  const numbers = lines.map(column.number);
  const finite = numbers.filter((one): one is number => one !== null && Number.isFinite(one));
  const sizes = finite.filter((one) => one !== 0).map(Math.abs);
  const plain = sizes.length === 0 || (Math.min(...sizes) >= 1e-4 && Math.max(...sizes) < 1e9);
  const decimals = Math.min(8, decimalsFor(finite) + 1);
  return numbers.map((one) => {
    if (one === null) return '–';
    if (!Number.isFinite(one)) return formatNotFinite(one);
    if (column.kind === 'step' || column.kind === 'count') return formatInt(one);
    if (column.kind === 'time') return formatDuration(one);
    if (column.kind === 'share') return `${one > 0 ? '+' : ''}${formatFixed(100 * one, Math.abs(one) < 10 ? 1 : 0)}`;
    return plain ? formatFixed(one, decimals) : formatNumber(one, 5);
  });
}

/** `lines` by a column (`-id`: from the largest), by name where `sort` is empty or of no column. What has no figure comes last. */
export function sorted(lines: readonly Figures[], sort: string, columns: readonly Column[]): Figures[] {
  const down = sort.startsWith('-');
  const id = down ? sort.slice(1) : sort;
  const column = columns.find((one) => one.id === id);
  const byName = (a: Figures, b: Figures) => compareNatural(a.label, b.label) || compareNatural(a.part, b.part);
  if (!column) return id === 'name' && down ? [...lines].sort((a, b) => byName(b, a)) : [...lines].sort(byName);
  const rank = (one: number | null) => (one === null || Number.isNaN(one) ? 1 : 0);
  return [...lines].sort((a, b) => {
    const [x, y] = [column.number(a), column.number(b)];
    if (rank(x) || rank(y)) return rank(x) - rank(y) || byName(a, b);
    if (x === y) return byName(a, b);
    return x! < y! === down ? 1 : -1;
  });
}
