/**
 * Which picture belongs where: the columns of the film strip, the shot a cell shows at a step, and why there is none.
 * Pure; what is drawn is in the components.
 */

import { formatInt } from '../../lib/format';
import { lastIndexAt } from '../../lib/step';
import type { Cell, ImageSeries, Missing, Shot } from './types';

/** Fewer columns could not hold the first, the last and the current step. */
export const LEAST_COLUMNS = 3;

/** Groups shots by step. What a restart has overtaken is left out, unless asked for. */
export function seriesOf(shots: readonly Shot[], overtaken: boolean): ImageSeries {
  const steps: number[] = [];
  const groups: Shot[][] = [];
  for (const shot of shots) {
    if (shot.superseded && !overtaken) continue;
    if (steps.at(-1) === shot.step) groups.at(-1)!.push(shot);
    else {
      steps.push(shot.step);
      groups.push([shot]);
    }
  }
  return { steps: Float64Array.from(steps), shots: groups, overtaken: shots.filter((shot) => shot.superseded).length };
}

/** The shot of a step that is shown: the newest that stands, or the newest at all when a restart has overtaken them. */
export function standing(shots: readonly Shot[]): Shot {
  return shots.findLast((shot) => !shot.superseded) ?? shots.at(-1)!;
}

/** How many columns of at least `cell` px fit in `width` px with `gap` px between them. */
export function columnsThatFit(width: number, cell: number, gap: number): number {
  return Math.max(LEAST_COLUMNS, Math.floor((width + gap) / (cell + gap)));
}

/** How far a run may outgrow its columns before they are chosen anew: its last inner column stands at no less than this share of its place. */
const KEEP_WHILE = 0.6;

/**
 * At most `count` of the logged `steps` (ascending), for the columns; the first and the last are always among them. They lie closer at the
 * beginning, where training changes most: column i of n stands at (i / (n - 1))² of the way. While a run grows, the columns of `before`
 * stay where they are and only the last one moves, until they would crowd at the beginning.
 */
export function spreadColumns(steps: ArrayLike<number>, count: number, before: readonly number[] = []): number[] {
  const last = steps.length - 1;
  if (steps.length <= count) return Array.from(steps);
  const columns = Math.max(LEAST_COLUMNS, count);
  const chosen: number[] = [];
  for (let i = 0; i < columns; i++) {
    const wanted = Math.round((i / (columns - 1)) ** 2 * last);
    // Each column its own step, with enough left for those that follow.
    chosen.push(Math.min(Math.max(wanted, (chosen.at(-1) ?? -1) + 1), last - (columns - 1 - i)));
  }
  const inner = before.slice(1, -1).map((step) => lastIndexAt(steps, step));
  const stays =
    before.length === columns &&
    before[0] === steps[0] &&
    inner.every((index, i) => index > 0 && index < last && steps[index] === before[i + 1]) &&
    inner.at(-1)! >= KEEP_WHILE * chosen.at(-2)!;
  return (stays ? [0, ...inner, last] : chosen).map((index) => steps[index]!);
}

/**
 * The columns with the current step among them: the newest of `steps` at or before `current`. When it is none of them it takes the place of
 * its nearest inner column, so that the others stay where they are while she slides.
 */
export function withCurrent(columns: readonly number[], steps: ArrayLike<number>, current: number): number[] {
  const now = steps[lastIndexAt(steps, current)];
  if (now === undefined || columns.includes(now)) return [...columns];
  const after = columns.findIndex((step) => step > now);
  // By places, not by steps: what was logged closely has no less claim to stay.
  const away = (step: number) => Math.abs(lastIndexAt(steps, step) - lastIndexAt(steps, now));
  const nearest = away(columns[after - 1]!) <= away(columns[after]!) ? after - 1 : after;
  return columns.with(Math.min(columns.length - 2, Math.max(1, nearest)), now);
}

/**
 * What a place shows at a step: the picture of that step, or the newest before it.
 * Beyond the run's last image that would pretend it went on: there the cell says why it is empty, unless `hold`.
 */
export function cellAt(
  series: ImageSeries | undefined,
  step: number,
  sample: number,
  live: boolean,
  hold: boolean,
): Cell {
  if (series === undefined) return { kind: 'loading' };
  const { steps, shots } = series;
  if (steps.length === 0) return { kind: 'missing', why: live ? { kind: 'ahead' } : { kind: 'none' } };
  const index = lastIndexAt(steps, step);
  if (index < 0) return { kind: 'missing', why: { kind: 'before', first: steps[0]! } };
  const last = steps.at(-1)!;
  if (step > last && !hold) return { kind: 'missing', why: live ? { kind: 'ahead' } : { kind: 'ended', last } };
  const shot = standing(shots[index]!);
  if (sample >= shot.samples) return { kind: 'missing', why: { kind: 'sample', samples: shot.samples } };
  return { kind: 'shot', shot, index, exact: shot.step === step };
}

/** Why a cell is empty, in words that fit into it. */
export function missingWords(why: Missing): string {
  switch (why.kind) {
    case 'none':
      return 'no images';
    case 'before':
      return `no image before ${formatInt(why.first)}`;
    case 'ended':
      return `no image after ${formatInt(why.last)}`;
    case 'ahead':
      return 'not there yet';
    case 'sample':
      return why.samples === 0
        ? 'nothing that can be shown'
        : why.samples === 1
          ? 'only one sample'
          : `only ${formatInt(why.samples)} samples`;
  }
}

/** What stands at the end of a run's row: how far it has come, where that is not the end of the film. */
export function rowNote(series: ImageSeries | undefined, filmEnd: number, live: boolean): string {
  const last = series?.steps.at(-1);
  if (last === undefined) return '';
  if (live) return `live, last image at ${formatInt(last)}`;
  return last < filmEnd ? `last image at ${formatInt(last)}` : '';
}

/** The most samples any shot of these series has; at least 1. */
export function sampleCount(all: readonly ImageSeries[]): number {
  let most = 1;
  for (const series of all)
    for (const shots of series.shots) for (const shot of shots) most = Math.max(most, shot.samples);
  return most;
}

/** The shots that the next move of the step may show, nearest first, forward before back. */
export function neighbours(series: ImageSeries, index: number, reach: number): Shot[] {
  const near: Shot[] = [];
  for (let away = 1; away <= reach; away++) {
    for (const at of [index + away, index - away]) {
      const shots = series.shots[at];
      if (shots) near.push(standing(shots));
    }
  }
  return near;
}

/** `run, tag, step N` in plain figures, the words that stand for the picture. The sample is named where there are several. */
export function altText(run: string, tag: string, shot: Shot, sample: number): string {
  return `${run}, ${tag}, step ${shot.step}` + (shot.samples > 1 ? `, sample ${sample + 1} of ${shot.samples}` : '');
}

/** The name under which the picture is saved: what it is, in characters that every file system takes. */
export function fileName(run: string, tag: string, shot: Shot, sample: number, extension: string): string {
  const parts = [run, tag, `step-${shot.step}`, ...(shot.samples > 1 ? [`sample-${sample}`] : [])];
  const safe = parts
    .map((part) => part.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, ''))
    .filter((part) => part !== '');
  return `${safe.join('_')}.${extension}`;
}

/** Whether two answers hold the same shots, so that nothing needs to be drawn again. */
export function sameShots(before: readonly Shot[], now: readonly Shot[]): boolean {
  const same = (a: Shot, b: Shot | undefined) =>
    b !== undefined &&
    a.record === b.record &&
    a.file === b.file &&
    a.superseded === b.superseded &&
    a.samples === b.samples;
  return before.length === now.length && before.every((shot, i) => same(shot, now[i]));
}
