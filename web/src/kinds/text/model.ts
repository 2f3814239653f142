/** Which text belongs to a step, which windows of texts to ask for, and how a tag is called. Pure. */

import { formatInt } from '../../lib/format';
import { lastIndexAt, lowerBound } from '../../lib/step';
import type { TextEntry, TextSeries, TextStep } from './types';

/** Texts asked for at once. The server allows 100; 20 long ones are read and cleaned in a few milliseconds. */
export const WINDOW = 20;

/** What torch appends to the tag of every text it writes. */
const SUFFIX = '/text_summary';

/** A tag without the suffix that torch's writer gives every text, and that suffix: shown quietly, for it is part of the tag. */
export function splitSuffix(tag: string): { name: string; suffix: string } {
  return tag.length > SUFFIX.length && tag.endsWith(SUFFIX)
    ? { name: tag.slice(0, -SUFFIX.length), suffix: SUFFIX }
    : { name: tag, suffix: '' };
}

/** The steps to show. What a restart has overtaken is left out, unless asked for. */
export function seriesOf(all: readonly TextStep[], overtaken: boolean): TextSeries {
  const indexes: number[] = [];
  all.forEach((one, index) => {
    if (overtaken || !one.superseded) indexes.push(index);
  });
  return {
    steps: Float64Array.from(indexes, (index) => all[index]!.step),
    indexes: Int32Array.from(indexes),
    all,
    overtaken: all.reduce((n, one) => n + Number(one.superseded), 0),
  };
}

/** Whether two answers say the same, so that nothing needs to be asked or drawn again. */
export function sameSteps(before: readonly TextStep[], now: readonly TextStep[]): boolean {
  return (
    before.length === now.length &&
    before.every(
      (one, i) =>
        one.step === now[i]!.step && one.superseded === now[i]!.superseded && one.wallTime === now[i]!.wallTime,
    )
  );
}

/** Indexes (into the answer) of the texts at a step: those of the newest step at or before it, all that were logged there; none before the first. */
export function indexesAt(series: TextSeries, step: number): number[] {
  const last = lastIndexAt(series.steps, step);
  if (last < 0) return [];
  const first = lowerBound(series.steps, series.steps[last]!);
  return Array.from(series.indexes.subarray(first, last + 1));
}

/** Indexes of all texts, newest first, at most `limit`. */
export function newestFirst(series: TextSeries, limit: number): number[] {
  return Array.from(series.indexes.subarray(Math.max(0, series.indexes.length - limit))).reverse();
}

/** The numbers of the windows that hold these indexes, each once, in the order in which they are needed. */
export function windowsOf(indexes: readonly number[]): number[] {
  return [...new Set(indexes.map((index) => Math.floor(index / WINDOW)))];
}

/** Whether a window that was fetched still holds what the steps say: late events move what comes after them. */
export function isCurrent(entries: readonly TextEntry[], window: number, all: readonly TextStep[]): boolean {
  const first = window * WINDOW;
  if (entries.length !== Math.min(WINDOW, all.length - first)) return false;
  return entries.every(
    (entry, i) => entry.step === all[first + i]!.step && entry.wallTime === all[first + i]!.wallTime,
  );
}

/** What stands where a run has no text at the step. */
export function noTextWords(series: TextSeries): string {
  const first = series.steps[0];
  return first === undefined ? 'no text yet' : `no text before ${formatInt(first)}`;
}

/** Ranges [start, end) of `needle` in `text`, whatever the case. Lower-casing may change the length (İ), so it is compared piece by piece. */
export function findAll(text: string, needle: string): [start: number, end: number][] {
  if (needle === '') return [];
  const found: [number, number][] = [];
  const wanted = needle.toLowerCase();
  for (let at = 0; at + needle.length <= text.length;) {
    if (text.slice(at, at + needle.length).toLowerCase() === wanted) {
      found.push([at, at + needle.length]);
      at += needle.length;
    } else at++;
  }
  return found;
}
