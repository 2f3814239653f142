/** What a chart is told to draw. Everything else (ticks, marks, labels) follows from it. */
import type { ChartMark } from './mark';
import type { Palette } from './palette';
import type { Range, Rows } from './row';
import type { Scale } from './scale';
import type { XUnit } from './tick';

/** One line. */
export interface PlotLine {
  /** Which line it is; a branch that was overtaken has its line's key. */
  readonly key: string;
  readonly rows: Rows;
  /** Resolved, for a canvas. */
  readonly colour: string;
  /** CSS pixels; empty is solid. */
  readonly dash: readonly number[];
  /** Written at its end where there is room. */
  readonly label: string;
  /** The end of the label that is never cut: ` (3 runs)` of a group. */
  readonly tail?: string;
  /** Its newest point may be overtaken at any moment: it gets the dot. */
  readonly live: boolean;
  /** Where its run was restarted, on the x axis. */
  readonly restarts: readonly number[];
  /** Overtaken by a restart: drawn as a thin dashed branch. */
  readonly superseded: boolean;
  /** What looks wrong with it, in the order of steps. */
  readonly marks?: readonly ChartMark[];
  /** A run of a group, under the group's line: thin, without marks or label, and not to be picked. */
  readonly faint?: boolean;
}

export interface PlotSpec {
  /** From the bottom to the top. */
  readonly lines: readonly PlotLine[];
  readonly unit: XUnit;
  readonly x: Range;
  readonly y: Range;
  /** The y axis has its labels: false while nothing is there yet that they could be about. */
  readonly labelled: boolean;
  readonly xScale: Scale;
  readonly yScale: Scale;
  /** Draw the smoothed line; otherwise the values are the line. */
  readonly smooth: boolean;
  /** Draw the values faintly under the smoothed line. */
  readonly raw: boolean;
  /** Fill between minimum and maximum where a row stands for several points. */
  readonly band: boolean;
  /** Keys of the lines that are lit, or null. */
  readonly picked: ReadonlySet<string> | null;
  /** A large chart: labels at the ends of lines, words beside marks. */
  readonly large: boolean;
  /** Of the whole chart, CSS pixels: a wide one leaves its labels more room. */
  readonly width: number;
  readonly palette: Palette;
}

/** Beyond this, lines are thin and bare: raw lines and bands of a hundred runs hide each other. */
export const MANY_LINES = 60;

/** Whether so many runs or groups are drawn: their lines are bare. Neither branches that were overtaken nor a group's single runs count. */
export function isMany(lines: readonly PlotLine[]): boolean {
  return lines.filter((line) => !line.faint && !line.superseded).length > MANY_LINES;
}

/** The dash of a branch that was overtaken, CSS pixels. */
export const OVERTAKEN: readonly number[] = [3, 3];

/** Beyond this, labels at the ends of lines would be a list, which the runs table already is. */
export const MOST_LABELS = 12;

/** The column that is drawn as the line. */
export function heightOf(spec: Pick<PlotSpec, 'smooth'>, rows: Rows): Float64Array {
  return spec.smooth ? rows.smooth : rows.last;
}

/** The column of what is said of a row at the cursor: its first point has its place, and its step. */
export function toldOf(spec: Pick<PlotSpec, 'smooth'>, rows: Rows): Float64Array {
  return spec.smooth ? rows.smooth : rows.first;
}

/** Index of the row with the last value that has a height; -1 when none has. */
export function lastDrawn(height: Float64Array, scale: Scale): number {
  for (let i = height.length - 1; i >= 0; i--)
    if (Number.isFinite(height[i]) && (scale.kind !== 'log' || height[i]! > 0)) return i;
  return -1;
}
