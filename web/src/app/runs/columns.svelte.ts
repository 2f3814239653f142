/** The columns of the runs table as they are drawn: what heads each, how its figures are written, how wide it is. */

import { percentOf, percentWords } from '../../lib/baseline';
import { type ColumnSpec, type Direction } from '../../lib/column';
import {
  columnFormat,
  fieldTitle,
  fullText,
  isMissing,
  parseField,
  type BuiltIn,
  type Field,
  type FieldValue,
} from '../../lib/field';
import { formatDuration, formatInt, formatMonth, formatNumber, formatStep } from '../../lib/format';
import { clock } from '../../stores/clock.svelte';
import { fields } from '../../stores/fields.svelte';
import { view } from '../../stores/view.svelte';

export interface Column {
  /** Of its field. */
  readonly id: string;
  readonly field: Field;
  /** What its head says, and quietly after it. */
  readonly text: string;
  readonly note: string;
  /** Figures stand at the right. */
  readonly numeric: boolean;
  /** How the first click on its head sorts: the best first, and the greatest where nobody knows which is. */
  readonly descendingFirst: boolean;
  /** CSS pixels. */
  readonly width: number;
  /** What a cell says. */
  readonly format: (value: FieldValue) => string;
  /** The whole of what a cell says shortly. */
  readonly full: (value: FieldValue) => string | undefined;
  /** How long the bar behind a figure is, 0 to 1; null where there is none. */
  readonly share: (value: FieldValue) => number | null;
  /** A figure's difference from the baseline run's, in per cent; null where that is not shown. */
  readonly percent: ((value: FieldValue) => number | null) | null;
}

/** The margin before it included. */
export const NAME_WIDTH = 144;
export const STATE_WIDTH = 20;
export const GAP = 8;
/** Right of the last column. */
export const MARGIN = 12;
/** Of the difference from the baseline, beside a figure. */
const PERCENT_WIDTH = 56;

/**
 * The columns to draw: of the view, those that any run has. `names` are the runs whose values are compared. Only in a wide panel is there room
 * for differences from the baseline run; in a narrow one the tooltip has them.
 */
export function describeColumns(specs: readonly ColumnSpec[], names: readonly string[], wide: boolean): Column[] {
  return specs.flatMap((spec) => {
    const field = parseField(spec.id);
    return field === null || !fields.has(spec.id) ? [] : [describeColumn(spec, field, names, wide)];
  });
}

/** In a narrow panel there is one column: the sorted one, or else the first. */
export function narrowColumns(specs: readonly ColumnSpec[]): readonly ColumnSpec[] {
  const sorted = view.sort === 'name' || view.sort === 'state' ? undefined : view.sort;
  const id = sorted ?? specs.find((spec) => fields.has(spec.id))?.id ?? 'step';
  return [{ id, width: null }];
}

function describeColumn(spec: ColumnSpec, field: Field, names: readonly string[], wide: boolean): Column {
  const { text, note } = fieldTitle(spec.id);
  const common = { id: spec.id, field, text, note };
  if (field.kind === 'built-in') {
    const built = BUILT_IN[field.name] ?? FIGURE;
    return {
      ...common,
      ...built,
      numeric: field.name !== 'health',
      width: spec.width ?? built.width,
      share: () => null,
      percent: null,
    };
  }
  const values = names.map(fields.reader(spec.id));
  const there = values.filter((value) => !isMissing(value));
  const numeric = there.every((value) => typeof value === 'number');
  const format = columnFormat(values);
  const metric = field.kind === 'metric';
  const base = metric && view.baseline !== null ? number(fields.value(view.baseline, spec.id)) : null;
  const percent = base === null ? null : (value: FieldValue) => percentOf(number(value), base);
  const widest = metric ? 6 : Math.max(1, ...samples(there).map((value) => format(value).length));
  return {
    ...common,
    numeric,
    descendingFirst: metric && highFirst(field.figure, fields.better(field.tag)),
    width:
      spec.width ??
      (percent !== null && wide ? PERCENT_WIDTH : 0) +
        Math.min(
          120,
          Math.max(
            44,
            7 * widest + 4,
            Math.min(72, 6.4 * (shownLength(text) + (note === '' ? 0 : note.length + 1)) + 14),
          ),
        ),
    format,
    full: (value) => {
      const difference = percent === null ? null : percent(value);
      return difference === null
        ? fullText(value)
        : `${fullText(value)}, ${percentWords(difference)} from the baseline`;
    },
    share: metric ? shares(there) : () => null,
    percent: wide ? percent : null,
  };
}

/** Values that say how wide a column is: writing out ten thousand of them takes longer than drawing it. */
function samples(values: readonly FieldValue[]): FieldValue[] {
  const every = Math.ceil(values.length / 100);
  return values.filter((_, i) => i % every === 0);
}

/** Characters of a name that its head shows: of a tag the last part, if there is no room for more. */
function shownLength(text: string): number {
  return Math.min(text.length, Math.max(8, text.length - text.lastIndexOf('/') - 1));
}

function highFirst(figure: string, better: Direction): boolean {
  return figure === 'max' || (figure !== 'min' && better !== 'low');
}

function shares(values: readonly FieldValue[]): Column['share'] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values)
    if (typeof value === 'number' && Number.isFinite(value)) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (!(low < high)) return () => null;
  return (value) =>
    typeof value === 'number' && Number.isFinite(value) ? (value - low) / (high - low) : value === Infinity ? 1 : null;
}

type BuiltColumn = Pick<Column, 'format' | 'full' | 'descendingFirst' | 'width'>;
const number = (value: FieldValue) => (typeof value === 'number' ? value : null);

const FIGURE: BuiltColumn = {
  format: (value) => formatInt(number(value)),
  full: fullText,
  descendingFirst: true,
  width: 56,
};
const BUILT_IN: Partial<Record<BuiltIn, BuiltColumn>> = {
  step: {
    ...FIGURE,
    format: (value) => formatStep(number(value)),
    full: (value) =>
      typeof value === 'number' ? (Number.isSafeInteger(value) ? '' : '≈ ') + formatInt(value) : undefined,
    width: 58,
  },
  time: {
    ...FIGURE,
    format: (value) => formatDuration(number(value)),
    full: (value) => (typeof value === 'number' ? `${formatNumber(value)} s` : undefined),
    width: 64,
  },
  started: {
    ...FIGURE,
    format: (value) => formatMonth(number(value), clock.now),
    full: (value) => (typeof value === 'number' ? new Date(value * 1000).toString() : undefined),
    width: 64,
  },
  speed: { ...FIGURE, format: (value) => formatNumber(number(value), 3) },
  points: { ...FIGURE, format: (value) => formatStep(number(value)), width: 62 },
  /** Its cells are drawn by HealthCell; the worst come first. */
  health: { ...FIGURE, format: (value) => (typeof value === 'string' ? value : ''), width: 66 },
};
