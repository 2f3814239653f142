/** The table of values: its columns, what stands in their cells, and their order. Pure. */

import { percentOf, percentWords } from '../../lib/baseline';
import { alignedFormat, formatDuration, formatInt, formatNotFinite } from '../../lib/format';
import { compareNatural } from '../../lib/natural';
import type { components } from '../../lib/schema';

type RunValues = components['schemas']['ScalarRunValues'];
type GroupValues = components['schemas']['ScalarGroupValues'];
type GroupFigure = components['schemas']['ScalarFigure'];
type Point = components['schemas']['ScalarPoint'];

/** A figure of a line. */
export interface Cell {
  /** Null where there is none. */
  readonly number: number | null;
  /** Of a group: its band, null where it has none. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** Of a group: how many of its runs have the figure. */
  readonly runs?: number;
  /** The step it is from. */
  readonly step?: number | null;
}

type Id =
  | 'smooth'
  | 'value'
  | 'percent'
  | 'step'
  | 'time'
  | 'start'
  | 'end'
  | 'min'
  | 'max'
  | 'mean'
  | 'change'
  | 'share'
  | 'points'
  | 'lost';

/** What stands in a line's row. A column that it has nothing to say of is left out. */
export type Cells = Readonly<Partial<Record<Id, Cell>>>;

/** A line of the table: who it is, and its figures. */
export interface Figures {
  readonly key: string;
  /** The run, or the key of the group. */
  readonly run: string;
  readonly name: string;
  readonly colour: string;
  readonly dash: readonly number[];
  /** Of a group: its runs that have the tag. */
  readonly runs?: number;
  readonly cells: Cells;
}

export interface Column {
  readonly id: Id;
  readonly text: string;
  /** What it is, where the text is short. */
  readonly title: string;
  readonly kind: 'value' | 'step' | 'count' | 'time' | 'share' | 'percent';
}

const valueOf = (point: Point | null): number | null => {
  if (point === null) return null;
  if (point.value !== null) return point.value;
  return { '': null, NaN: NaN, Infinity, '-Infinity': -Infinity }[point.word];
};

/** End less start. */
function changeOf(start: number | null, end: number | null): number | null {
  return start === null || end === null ? null : end - start;
}

/** The change as a share of the start's size, so that its sign is the change's. Null from zero, where no share means anything. */
function shareOf(start: number | null, end: number | null): number | null {
  const change = changeOf(start, end);
  return change === null || !start ? null : change / Math.abs(start);
}

const lostOf = (range: { nan: number; posinf: number; neginf: number }) => range.nan + range.posinf + range.neginf;

/** The figures of a run. `smooth` where lines are smoothed: that is what is compared with `baseline`, the same figure of the baseline run. */
export function cellsOfRun({ at, range, origin }: RunValues, smooth: boolean, baseline: number | null = null): Cells {
  const start = valueOf(range?.start ?? null);
  const end = valueOf(range?.end ?? null);
  const value = valueOf(at);
  return {
    ...(at && {
      smooth: { number: at.smooth },
      value: { number: value },
      percent: { number: percentOf(smooth ? at.smooth : value, baseline) },
      step: { number: at.step },
      time: { number: at.wall_time === null || origin === null ? null : at.wall_time - origin },
    }),
    ...(range && {
      start: { number: start, step: range.start.step },
      end: { number: end, step: range.end.step },
      min: { number: range.min, step: range.min_step },
      max: { number: range.max, step: range.max_step },
      mean: { number: range.mean },
      change: { number: changeOf(start, end) },
      share: { number: shareOf(start, end) },
      points: { number: range.points },
      lost: { number: lostOf(range) },
    }),
  };
}

/** The figures of a group. */
export function cellsOfGroup({ at, range }: GroupValues, smooth: boolean, baseline: number | null = null): Cells {
  const cell = ({ value, low, high, runs }: GroupFigure): Cell => ({ number: value, low, high, runs });
  return {
    ...(at && {
      smooth: cell(at.smooth),
      value: cell(at.value),
      percent: { number: percentOf((smooth ? at.smooth : at.value).value, baseline) },
      step: {
        number: at.last_step,
        ...(at.first_step === at.last_step ? {} : { low: at.first_step, high: at.last_step }),
      },
    }),
    ...(range && {
      start: cell(range.start),
      end: cell(range.end),
      min: cell(range.min),
      max: cell(range.max),
      mean: cell(range.mean),
      change: cell(range.change),
      share: cell(range.share),
      points: { number: range.points },
      lost: { number: lostOf(range) },
    }),
  };
}

/** At one step. */
export const AT: readonly Column[] = [
  { id: 'smooth', text: 'Smooth', title: 'The smoothed value', kind: 'value' },
  { id: 'value', text: 'Value', title: 'The value as it was logged', kind: 'value' },
  { id: 'percent', text: '% of baseline', title: 'The difference from the baseline run', kind: 'percent' },
  { id: 'step', text: 'Step', title: 'The nearest step with a point', kind: 'step' },
  { id: 'time', text: 'Time', title: 'Since the run’s first point', kind: 'time' },
];

/** Over a range of steps. */
export const OVER: readonly Column[] = [
  { id: 'start', text: 'Start', title: 'The first value in the range', kind: 'value' },
  { id: 'end', text: 'End', title: 'The last value in the range', kind: 'value' },
  { id: 'min', text: 'Min', title: 'The smallest finite value', kind: 'value' },
  { id: 'max', text: 'Max', title: 'The largest finite value', kind: 'value' },
  { id: 'mean', text: 'Mean', title: 'The mean of the finite values', kind: 'value' },
  { id: 'change', text: 'Change', title: 'End less start', kind: 'value' },
  { id: 'share', text: '%', title: 'The change as a share of the start', kind: 'share' },
  { id: 'points', text: 'Points', title: 'In the range', kind: 'count' },
  { id: 'lost', text: 'NaN, ∞', title: 'Points that are not finite', kind: 'count' },
];

/** Equal decimals in a column where its figures allow it. */
function writerFor({ id, kind }: Column, lines: readonly Figures[]): (number: number) => string {
  if (kind === 'step' || kind === 'count') return formatInt;
  if (kind === 'time') return formatDuration;
  if (kind === 'percent') return percentWords;
  const finite = lines.flatMap(({ cells }) => {
    const number = cells[id]?.number;
    return number != null && Number.isFinite(number) ? [number] : [];
  });
  if (kind !== 'share') return alignedFormat(finite, 5);
  const percent = alignedFormat(
    finite.map((one) => 100 * one),
    3,
  );
  return (one) => `${one > 0 ? '+' : ''}${percent(100 * one)}`;
}

/** What stands in a cell: the figure, and what is quiet beside it. */
export interface Written {
  readonly text: string;
  /** Of a group's figure its band, `± 0.02` or `0.21 – 0.25`; otherwise empty. */
  readonly band: string;
}

/** A column's cells. `even`: bands reach as far down as up. */
export function cellsOf(column: Column, lines: readonly Figures[], even = false): Written[] {
  const write = writerFor(column, lines);
  return lines.map(({ cells }) => {
    const cell = cells[column.id];
    if (cell?.number == null) return { text: '–', band: '' };
    if (!Number.isFinite(cell.number)) return { text: formatNotFinite(cell.number), band: '' };
    const { number, low, high } = cell;
    if (low == null || high == null) return { text: write(number), band: '' };
    if (column.kind === 'step') return { text: `${write(low)} – ${write(high)}`, band: '' };
    const by = write((high - low) / 2).replace('+', '');
    return { text: write(number), band: even ? `± ${by}` : `${write(low)} – ${write(high)}` };
  });
}

/** From how many of its runs a group's figures in these columns are: `3`, `2 – 3`; of a run "–". */
export function runsOf({ cells, runs }: Figures, columns: readonly Column[]): string {
  const counts = columns.flatMap(({ id }) => cells[id]?.runs ?? []);
  if (runs === undefined || counts.length === 0) return '–';
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  return fewest === most ? formatInt(most) : `${formatInt(fewest)} – ${formatInt(most)}`;
}

/** Whether a figure of a group is not of all of its runs: what its name says is not enough. */
export function partly(lines: readonly Figures[], columns: readonly Column[]): boolean {
  return lines.some(({ cells, runs = 0 }) => columns.some(({ id }) => (cells[id]?.runs ?? runs) < runs));
}

/** `lines` by a column (`-id`: from the largest), by name where `sort` is empty or of no column. What has no figure comes last. */
export function sorted(lines: readonly Figures[], sort: string, columns: readonly Column[]): Figures[] {
  const down = sort.startsWith('-');
  const id = down ? sort.slice(1) : sort;
  const column = columns.find((one) => one.id === id);
  const byName = (a: Figures, b: Figures) => compareNatural(a.name, b.name);
  if (!column) return id === 'name' && down ? [...lines].sort((a, b) => byName(b, a)) : [...lines].sort(byName);
  const rank = (one: number | null) => (one === null || Number.isNaN(one) ? 1 : 0);
  return [...lines].sort((a, b) => {
    const [x, y] = [a.cells[column.id]?.number ?? null, b.cells[column.id]?.number ?? null];
    if (rank(x) || rank(y)) return rank(x) - rank(y) || byName(a, b);
    if (x === y) return byName(a, b);
    return x! < y! === down ? 1 : -1;
  });
}
