/** The room's logic apart from the page: sections of tags, zooms in the URL, and the words that a card says about its lines. Pure. */

import {
  addVisible,
  Extent,
  niceDomain,
  niceLogDomain,
  symlogDomain,
  wholeRange,
  withoutOutliers,
} from '../../lib/chart/domain';
import { percentOf, percentWords } from '../../lib/baseline';
import { rowAt } from '../../lib/chart/nearest';
import { notFinite, rowsInside } from '../../lib/chart/row';
import { LINEAR, LOG, symlogFor, type Scale, type ScaleKind } from '../../lib/chart/scale';
import { yLines } from '../../lib/chart/tick';
import {
  alignedFormat,
  count,
  formatClock,
  formatDuration,
  formatInt,
  formatNotFinite,
  formatNumber,
} from '../../lib/format';
import { compareNatural } from '../../lib/natural';
import { nearestIndex } from '../../lib/step';
import type { ReadoutRow } from '../../widgets/readout';
import { lineKey } from './chart';
import type { Line, Range, Rows, XUnit } from './types';

// ── the grid ─────────────────────────────────────────────────────────────────

/** Cards side by side in `width` pixels: 3 at 1440, 2 in windows below 1280, more on wide screens. */
export function columnsFor(width: number, windowWidth: number): number {
  const fitting = Math.max(1, Math.floor((width + 10) / 325));
  return windowWidth < 1280 ? Math.min(2, fitting) : fitting;
}

// ── zooms in the URL ─────────────────────────────────────────────────────────

/** `low,high,tag` -> tag -> range, of which an end may be left to the data. What is no range is left out. */
export function parseZooms(texts: readonly string[]): Map<string, Limits> {
  const out = new Map<string, Limits>();
  for (const text of texts) {
    const [, low, high, tag] = /^([^,]*),([^,]*),(.*)$/s.exec(text) ?? [];
    const limits = parseLimits(`${low},${high}`);
    if (tag !== undefined && !isEmpty(limits)) out.set(tag, limits);
  }
  return out;
}

/** A tag's zoom where the axis has a place for it; null when there is none. */
export function zoomOf(texts: readonly string[], tag: string, kind: ScaleKind): Limits | null {
  const limits = parseZooms(texts).get(tag) ?? null;
  return limits?.some((end) => end !== null && end <= 0) && kind === 'log' ? null : limits;
}

/** The texts with this tag's zoom set, or taken away when it is null. */
export function withZoom(texts: readonly string[], tag: string, limits: Limits | null): string[] {
  const zooms = parseZooms(texts);
  if (limits === null || isEmpty(limits)) zooms.delete(tag);
  else zooms.set(tag, limits);
  return [...zooms].map(([name, [low, high]]) => {
    const ends =
      low === null || high === null ? [low ?? '', high ?? ''] : [low, high].map((end) => brief(end, high - low));
    return `${ends.join(',')},${name}`;
  });
}

/** A ten-thousandth of the width is less than a pixel: more digits would only lengthen the URL. */
function brief(value: number, width: number): string {
  const decimals = Math.min(12, Math.max(0, Math.ceil(4 - Math.log10(width))));
  return String(Number(width >= 1e-8 ? value.toFixed(decimals) : value.toPrecision(17)));
}

// ── limits ───────────────────────────────────────────────────────────────────

/** Both ends of an axis; null where the data decides. */
export type Limits = readonly [low: number | null, high: number | null];

/** `low,high` -> limits; what is no number is no limit. */
export function parseLimits(text: string): Limits {
  const [low, high] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const end = (value: number | undefined) => (value !== undefined && Math.abs(value) <= LARGEST_END ? value : null);
  const limits: Limits = [end(low), end(high)];
  return limits[0] !== null && limits[1] !== null && !isRange(limits[0], limits[1]) ? [null, null] : limits;
}

/** Beyond it, what is widened by a margin is no number any more. */
const LARGEST_END = 1e307;

function isRange(low: number, high: number): boolean {
  return low < high && low >= -LARGEST_END && high <= LARGEST_END;
}

/** Both ends are left to the data. */
export function isEmpty([low, high]: Limits): boolean {
  return low === null && high === null;
}

export function limitsText([low, high]: Limits): string {
  return isEmpty([low, high]) ? '' : `${low ?? ''},${high ?? ''}`;
}

/**
 * A range with its ends replaced by limits, where there are any. A limit stands also where all of the range is beyond it: then as much is
 * shown, of which the data has nothing.
 */
export function limited(range: Range, [low, high]: Limits, kind: ScaleKind = 'linear'): Range {
  const usable = (end: number | null) => (end !== null && (kind !== 'log' || end > 0) ? end : null);
  let [from, to] = [usable(low) ?? range[0], usable(high) ?? range[1]];
  if (from >= to) {
    const isLog = kind === 'log';
    if (usable(high) === null) to = isLog ? from * (range[1] / range[0]) : from + (range[1] - range[0]);
    else from = isLog ? to / (range[1] / range[0]) : to - (range[1] - range[0]);
  }
  return isRange(from, to) ? [from, to] : range;
}

/** The scale of the x axis; the server's symlog has c = 1. */
export function scaleOfX(kind: ScaleKind): Scale {
  return kind === 'linear' ? LINEAR : kind === 'log' ? LOG : { kind, c: 1 };
}

// ── axes ─────────────────────────────────────────────────────────────────────

/** What is drawn of a line. */
export interface Drawing {
  /** The smoothed line is the line; otherwise the values are. */
  smooth: boolean;
  /** Values are drawn too. */
  values: boolean;
  xScale: Scale;
  /** The bands of groups are drawn. */
  bands?: boolean;
  yKind: ScaleKind;
  /** The axis leaves out outliers. */
  clip: boolean;
}

/** The x axis over everything. */
export function wholeX(lines: readonly Line[], isLive: (run: string) => boolean, kind: ScaleKind = 'linear'): Range {
  const extents = lines.flatMap((line) => (line.extent === null ? [] : [line.extent]));
  const high = Math.max(...extents.map((extent) => extent[1]));
  const live = lines.some((line) => !line.superseded && line.extent?.[1] === high && isLive(line.run));
  const [low, hi] = wholeRange(extents, live);
  // A single point stands in the middle, on a log axis too.
  if (kind === 'log' && low <= 0) return extents.length > 0 ? [high / 10, high * 10] : [1, 10];
  return [low, hi];
}

/** The y axis that shows what is visible, its scale, and what it had to leave out. */
export function visibleY(
  lines: readonly Rows[],
  x: Range,
  drawing: Drawing,
  height: number,
): { y: Range; scale: Scale; dropped: boolean; clipped: number; empty: boolean } {
  const extent = new Extent();
  const log = drawing.yKind === 'log';
  const scales = { xScale: drawing.xScale, yScale: log ? LOG : LINEAR };
  for (const rows of lines) addVisible(extent, rows, x, drawing, scales);
  let range = extent.range;
  let clipped = 0;
  if (drawing.clip && range !== null) {
    // Of the lines themselves: TensorBoard does not count the faint ones either.
    const heights = lines.flatMap((rows) => {
      const [from, to] = rowsInside(rows.x, x);
      return [...(drawing.smooth ? rows.smooth : rows.last).subarray(from, to)];
    });
    const kept = withoutOutliers(log ? heights.filter((value) => value > 0) : heights);
    if (kept !== null) {
      range = kept;
      clipped = heights.filter((value) => value < kept[0] || value > kept[1]).length;
    }
  }
  const scale = drawing.yKind === 'symlog' ? symlogFor(range) : scales.yScale;
  const gridLines = yLines(height);
  const y = log ? niceLogDomain(range, gridLines) : scale.kind === 'symlog' ? symlogDomain(range, scale) : null;
  return {
    y: y ?? niceDomain(range, gridLines),
    scale,
    dropped: extent.dropped > 0,
    clipped,
    empty: range === null,
  };
}

/** Where a step stands on the axis: on the step axis there, on an axis of time where the first line that has it was. */
export function xOfStep(lines: readonly Line[], step: number, unit: XUnit): number | null {
  if (unit === 'step') return step;
  let best: number | null = null;
  let off = Infinity;
  for (const { rows, superseded } of lines) {
    if (superseded) continue;
    const row = nearestIndex(rows.step, step);
    if (row < 0 || step < rows.step[0]! || step > rows.step[rows.step.length - 1]!) continue;
    const distance = Math.abs(rows.step[row]! - step);
    if (distance < off) [best, off] = [rows.x[row]!, distance];
  }
  return best;
}

// ── words ────────────────────────────────────────────────────────────────────

/** What the card's head says quietly: how faithful the drawing is, and how it was smoothed. */
export function noteOf(
  lines: readonly Line[],
  x: Range,
  {
    scale,
    smoothed,
    clipped = 0,
    aboveZero = false,
  }: { scale: ScaleKind; smoothed: string; clipped?: number; aboveZero?: boolean },
  large: boolean,
): string {
  let points = 0;
  let rows = 0;
  let fullest = 0;
  for (const line of lines) {
    const [from, to] = rowsInside(line.rows.x, x);
    for (let i = from; i < to; i++) {
      points += line.rows.count[i]!;
      if (line.rows.count[i]! > fullest) fullest = line.rows.count[i]!;
    }
    rows += to - from;
  }
  const words: string[] = [];
  if (scale !== 'linear') words.push(scale);
  if (aboveZero) words.push('steps above 0');
  if (clipped > 0) words.push('outliers cut off');
  if (rows > 0 && fullest === 1) words.push('every point');
  if (fullest > 1)
    words.push(`${large ? 'min–max of ' : ''}${formatInt(Math.max(2, Math.round(points / rows)))} points a pixel`);
  if (large && smoothed !== '') words.push(smoothed);
  return words.join(' · ');
}

/** How lines are smoothed: what is asked of the server, and the words for it. */
export function smoothingOf(settings: {
  smoother: 'ema' | 'mean' | 'gaussian';
  smooth: number;
  window: number;
  sigma: number;
}): { smoother: 'ema' | 'mean' | 'gaussian'; amount: number; words: string } {
  const { smoother, smooth, window, sigma } = settings;
  if (smoother === 'mean') {
    // A window of one point is the point.
    const amount = window < 2 ? 0 : window;
    return { smoother, amount, words: amount > 0 ? `mean of ${formatInt(2 * Math.floor(amount / 2) + 1)} points` : '' };
  }
  if (smoother === 'gaussian') return { smoother, amount: sigma, words: sigma > 0 ? `Gaussian, σ ${sigma}` : '' };
  const digits = Number(smooth.toFixed(3)) === Number(smooth.toFixed(2)) ? 2 : 3;
  return { smoother, amount: smooth, words: smooth > 0 ? `smooth ${smooth.toFixed(digits)}` : '' };
}

/** Points drawn within `x`: rows, not points on disk. */
export function rowsDrawn(lines: readonly Line[], x: Range): number {
  return lines.reduce((sum, line) => {
    const [from, to] = rowsInside(line.rows.x, x);
    return sum + to - from;
  }, 0);
}

/** A place on the axis in words. */
export function xWords(x: number, unit: XUnit): string {
  if (unit === 'step') return formatInt(x);
  if (unit === 'tag') return formatNumber(x, 6);
  return unit === 'relative' ? formatDuration(x) : formatClock(x, undefined, true);
}

/** One sentence that says what the chart shows, for who does not see it. */
export function summarise(
  tag: string,
  lines: readonly Line[],
  x: Range,
  unit: XUnit,
  label: (line: Line) => string,
): string {
  const current = lines.filter((line) => {
    const [from, to] = rowsInside(line.rows.x, x);
    return !line.superseded && to > from;
  });
  if (current.length === 0) return `${tag}: no point in sight.`;
  const ends = current.map((line) => ({ run: label(line), value: lastValue(line.rows, x) }));
  const finite = ends.map((end) => end.value).filter(Number.isFinite);
  const axis =
    unit === 'step'
      ? `steps ${formatInt(x[0])} to ${formatInt(x[1])}`
      : `${xWords(x[0], unit)} to ${xWords(x[1], unit)}`;
  // Without the last value of a row of several points there is none to tell.
  if (!current.every((line) => line.detail)) return `${tag}: ${counted(current)}, ${axis}.`;
  const values =
    current.length <= 4
      ? `last ${current.length === 1 ? 'value' : 'values'} ${ends.map((end) => (current.length === 1 ? '' : `${end.run} `) + formatNumber(end.value)).join(', ')}`
      : finite.length === 0
        ? 'no last value is finite'
        : `last values from ${formatNumber(Math.min(...finite))} to ${formatNumber(Math.max(...finite))}`;
  return `${tag}: ${counted(current)}${current.length === 1 ? ` (${ends[0]!.run})` : ''}, ${axis}, ${values}.`;
}

/** "2 runs", of several tags "3 tags of 2 runs", and with groups "2 groups of 5 runs and 1 run". */
function counted(lines: readonly Line[]): string {
  const tags = new Set(lines.map((line) => line.tag)).size;
  const groups = new Set(lines.flatMap((line) => (line.spread ? [line.run] : []))).size;
  const grouped = new Set(lines.flatMap((line) => line.spread?.runs ?? [])).size;
  const single = new Set(lines.flatMap((line) => (line.spread ? [] : [line.run]))).size;
  const words = [
    ...(groups > 0 ? [`${count(groups, 'group')} of ${count(grouped, 'run')}`] : []),
    ...(single > 0 || groups === 0 ? [count(single, 'run')] : []),
  ].join(' and ');
  return tags > 1 ? `${count(tags, 'tag')} of ${words}` : words;
}

/** The last value of a line within `x`: NaN or an infinity when it ends so, NaN when nothing of it is there. */
function lastValue(rows: Rows, x: Range): number {
  const [from, to] = rowsInside(rows.x, x);
  const end = to - 1;
  if (end < from) return NaN;
  return Number.isFinite(rows.last[end]) && notFinite(rows, end) < rows.count[end]!
    ? rows.last[end]!
    : wordless(rows, end);
}

/** A value that is not finite, as the number it is. */
function wordless(rows: Rows, row: number): number {
  return rows.posinfCount[row]! > 0 ? Infinity : rows.neginfCount[row]! > 0 ? -Infinity : NaN;
}

/** A card on which no point is finite: how many there are and where it began. Null for any other card. */
export function allNotFinite(lines: readonly Line[]): { points: number; step: number; what: string } | null {
  let points = 0;
  let step = Infinity;
  let what = 'NaN';
  for (const { rows } of lines) {
    for (let i = 0; i < rows.x.length; i++) {
      if (notFinite(rows, i) < rows.count[i]!) return null;
      points += rows.count[i]!;
      if (rows.step[i]! < step) [step, what] = [rows.step[i]!, formatNotFinite(wordless(rows, i))];
    }
  }
  return points > 0 ? { points, step, what } : null;
}

/** What restarts have overtaken on this card; null when nothing. `at` is the first step from which a run went on. */
export function overtakenOf(
  lines: readonly Line[],
): { at: number; points: number; branches: number; runs: number } | null {
  const restarts = lines.flatMap((line) => line.restarts);
  const branches = lines.filter((line) => line.superseded && line.points > 0);
  if (branches.length === 0 || restarts.length === 0) return null;
  return {
    at: restarts.reduce((least, { step }) => Math.min(least, step), Infinity),
    points: branches.reduce((sum, line) => sum + line.points, 0),
    branches: branches.length,
    runs: new Set(branches.map((line) => line.run)).size,
  };
}

// ── the readout ──────────────────────────────────────────────────────────────

/** Rows that fit beside a chart. */
const READOUT_ROWS = 8;

export interface ReadoutLine {
  line: Line;
  style: { label: string; part: string; size?: string; colour: string; dash: readonly number[] };
  /** Wall time of the run's first point, for the time since. */
  began: number | null;
}

/** What the readout has beside the figures of single lines. */
export interface ReadoutWords {
  /** Head of a group's value, where only groups are drawn: `mean`. */
  centre?: string;
  /** What a group's band is; a run has one of its own only where it is `min – max`. */
  band?: string;
  /** What each value is compared with: the baseline run and its value of a tag at `x`. */
  baseline?: { readonly run: string; readonly at: (tag: string) => number } | null;
  /** The axis is that of steps. */
  onSteps?: boolean;
  /** Also the time of day. */
  wall?: boolean;
  /** From the bottom to the top of the value axis: what can be told apart there is told apart in figures. */
  span?: number;
}

/** What stands beside the cursor at `x`: from the top line to the lowest or in another order, the nearest to the pointer lit. Of many, those nearest to it. */
export function readoutAt(
  lines: readonly ReadoutLine[],
  x: number,
  pixelsPerUnit: number,
  smooth: boolean,
  near: { line: string | null; value: number | null },
  order: 'value' | 'nearest' | 'name' = 'value',
  {
    centre = 'value',
    band = 'min – max',
    baseline = null,
    onSteps = true,
    wall = false,
    span = Infinity,
  }: ReadoutWords = {},
): { columns: string[]; rows: ReadoutRow[]; more: number } {
  const found: { at: ReadoutLine; row: number; height: number; value: number }[] = [];
  for (const at of lines) {
    const row = rowAt(at.line.rows, x, pixelsPerUnit);
    if (row < 0) continue;
    const { rows } = at.line;
    const value = Number.isFinite(rows.first[row]) ? rows.first[row]! : wordless(rows, row);
    found.push({ at, row, height: smooth ? rows.smooth[row]! : value, value });
  }
  const distance = (height: number) =>
    near.value === null || !Number.isFinite(height) ? Infinity : Math.abs(height - near.value);
  const kept =
    found.length > READOUT_ROWS
      ? [...found].sort((a, b) => distance(a.height) - distance(b.height)).slice(0, READOUT_ROWS)
      : found;
  const height = (value: number) => (Number.isFinite(value) ? value : -Infinity);
  kept.sort((a, b) => {
    if (order === 'name')
      return compareNatural(a.at.style.label, b.at.style.label) || compareNatural(a.at.style.part, b.at.style.part);
    // Two infinities have no difference.
    const nearer = order === 'nearest' ? distance(a.height) - distance(b.height) : 0;
    return nearer || height(b.height) - height(a.height);
  });
  const figures = kept.flatMap((one) => [one.value, one.height]);
  const figure = alignedFormat(figures, digitsWithin(figures, span));
  // Its label says how many runs a group has: a column does where some of them are not there.
  const partly = kept.some(({ at: { line }, row }) => line.spread && line.rows.runs![row]! < line.spread.runs.length);
  // The runs of a group were at one step at different times.
  const clocked = kept.some((one) => one.at.line.spread === undefined);
  // On an axis of steps the head says it, unless a line has no point just there.
  const stepped = kept.some((one) => !onSteps || one.at.line.rows.step[one.row] !== Math.round(x));
  const rows = kept.map(({ at, row, height, value }): ReadoutRow => {
    const { rows } = at.line;
    const [low, high] = at.line.spread ? [rows.low![row]!, rows.high![row]!] : [rows.min[row]!, rows.max[row]!];
    const spreads = at.line.spread ? Number.isFinite(low) : rows.count[row]! > 1 && band === 'min – max';
    const spread = spreads ? `${figure(low)} – ${figure(high)}` : '–';
    const since = at.began === null ? null : rows.wallTime[row]! - at.began;
    const key = lineKey(at.line.run, at.line.tag);
    const beside =
      baseline === null
        ? []
        : [at.line.run === baseline.run ? 'baseline' : percentWords(percentOf(height, baseline.at(at.line.tag)))];
    const cells = [
      figure(value),
      ...beside,
      spread,
      ...(partly ? [runsWords(at.line, row)] : []),
      ...(stepped ? [formatInt(rows.step[row]!)] : []),
      ...(clocked ? [formatDuration(since)] : []),
      ...(clocked && wall ? [formatClock(rows.wallTime[row]!, undefined, true)] : []),
    ];
    return {
      key,
      ...at.style,
      label: at.style.label + (at.style.size ?? ''),
      cells: smooth ? [figure(height), ...cells] : cells,
      near: near.line === key,
    };
  });
  return {
    columns: [
      ...(smooth ? ['smooth'] : []),
      clocked ? 'value' : centre,
      ...(baseline === null ? [] : ['% of baseline']),
      band,
      ...(partly ? ['runs'] : []),
      ...(stepped ? ['step'] : []),
      ...(clocked ? ['time'] : []),
      ...(clocked && wall ? ['at'] : []),
    ],
    rows,
    more: found.length - kept.length,
  };
}

/** Significant digits with which the usual one of these values says where it stands to a thousandth of `span`: 4 at least. */
function digitsWithin(values: readonly number[], span: number): number {
  const sizes = values
    .map(Math.abs)
    .filter((size) => Number.isFinite(size))
    .sort((a, b) => a - b);
  const usual = sizes[sizes.length >> 1] ?? 0;
  const digits = 3 + Math.ceil(Math.log10(usual / span));
  return Number.isFinite(digits) ? Math.max(4, Math.min(digits, 15)) : 4;
}

/** How many runs a group's row is made of: `3`, `2 – 3` where a row of several places has fewer at some; a run has none. */
export function runsWords({ rows }: Line, row: number): string {
  if (rows.runs === undefined) return '–';
  const [fewest, most] = [rows.runs[row]!, rows.runsMax![row]!];
  return fewest === most ? formatInt(most) : `${formatInt(fewest)} – ${formatInt(most)}`;
}

/** The side of `x` with fewer lines, for what must not cover them. */
export function emptierSide(lines: readonly Line[], x: number, range: Range): 'left' | 'right' {
  let left = 0;
  let right = 0;
  for (const { rows, superseded } of lines) {
    if (superseded || rows.x.length === 0) continue;
    if (rows.x[0]! < x && rows.x[0]! < range[1]) left++;
    if (rows.x[rows.x.length - 1]! > x) right++;
  }
  return left < right ? 'left' : 'right';
}
