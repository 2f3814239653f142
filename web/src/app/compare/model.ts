/** What the page that compares runs says about them: what differs, who is best, where curves part, and in which order. Pure. */

import { alignedFormat, formatInt, formatNumber } from '../../lib/format';
import { compareNatural } from '../../lib/natural';
import type { components } from '../../lib/schema';

type Schemas = components['schemas'];
export type ComparedTag = Schemas['CompareTag'];
export type Curve = Schemas['ComparedCurve'];
export type Parting = Schemas['ComparedParting'];
export type Figure = 'last' | 'best';
/** A hyperparameter of a run; null where the run has none of this name. */
export type HparamValue = string | number | boolean | null;

// ── what differs ─────────────────────────────────────────────────────────────

export interface HparamRow {
  readonly name: string;
  /** One for each run. */
  readonly values: readonly HparamValue[];
  readonly differs: boolean;
}

/** Hyperparameters that at least one of the runs has, those that differ first, each in natural order. */
export function hparamRows(
  names: readonly string[],
  runs: readonly string[],
  value: (run: string, name: string) => HparamValue,
): HparamRow[] {
  return names
    .map((name) => {
      const values = runs.map((run) => value(run, name));
      return { name, values, differs: values.some((one) => !Object.is(one, values[0])) };
    })
    .filter((row) => row.values.some((one) => one !== null))
    .sort((a, b) => Number(b.differs) - Number(a.differs) || compareNatural(a.name, b.name));
}

/** A hyperparameter as it was given: rates as `1e-3`, texts as they are. */
export function hparamWords(value: HparamValue): string {
  if (value === null) return '–';
  return typeof value === 'number' ? formatNumber(value, 7) : String(value);
}

// ── how they ended ───────────────────────────────────────────────────────────

/** The value of a curve's figure, and the step it stood at: the last one too where nobody knows which is best. NaN and infinities are values of `last`. */
export function figureOf(
  curve: Curve | null,
  which: Figure,
  better: ComparedTag['better'],
): { value: number; step: number } | null {
  if (curve === null) return null;
  if (which === 'last' || better === 'unknown')
    return {
      value: curve.last ?? (curve.last_word === 'NaN' ? NaN : curve.last_word === '-inf' ? -Infinity : Infinity),
      step: curve.last_step,
    };
  const [value, step] = better === 'low' ? [curve.min, curve.min_step] : [curve.max, curve.max_step];
  return value === null || step === null ? null : { value, step };
}

/** The figures of a row in words, as they are written side by side; null for a run without the tag. */
export function figureWords(values: readonly (number | null)[]): (string | null)[] {
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const write = alignedFormat(finite);
  return values.map((value) => (value === null ? null : write(value)));
}

/** The indexes of the best of a row: none where nobody knows which that is, where only one run has a figure, or where all are equal. */
export function bestOf(values: readonly (number | null)[], better: ComparedTag['better']): ReadonlySet<number> {
  if (better === 'unknown') return new Set();
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (values.filter((value) => value !== null).length < 2 || finite.length === 0) return new Set();
  const best = better === 'low' ? Math.min(...finite) : Math.max(...finite);
  if (finite.length === values.length && finite.every((value) => value === best)) return new Set();
  return new Set(values.flatMap((value, i) => (value === best ? [i] : [])));
}

/**
 * Runs in the order of their figures of one tag, the best first, and the greatest where nobody knows which is; those without one keep their
 * order at the end.
 */
export function rankRuns(
  runs: readonly string[],
  tag: ComparedTag,
  asked: readonly string[],
  which: Figure,
  better = tag.better,
): string[] {
  const figure = (run: string) => {
    const value = figureOf(tag.curves[asked.indexOf(run)] ?? null, which, better)?.value ?? NaN;
    return Number.isNaN(value) ? Infinity : better === 'low' ? value : -value;
  };
  return [...runs].sort((a, b) => {
    const [left, right] = [figure(a), figure(b)];
    return left === right ? 0 : left - right;
  });
}

// ── where they part ──────────────────────────────────────────────────────────

/** The difference at the end as a share of the larger of the two values: 0 to 2. */
export function shareApart({ difference, first }: Parting): number {
  const size = Math.max(Math.abs(first), Math.abs(first + difference));
  return size === 0 ? 0 : Math.abs(difference) / size;
}

/** How far a tag's curves are apart, for its place in the order: those that part before those that do not, then the larger share. */
export function apartness(tag: ComparedTag, run: number | null = null): number {
  const partings = run === null ? tag.partings : [tag.partings[run] ?? null];
  return Math.max(-1, ...partings.map((one) => (one === null ? -1 : shareApart(one) + (one.step === null ? 0 : 10))));
}

/** Names of tags in order. With equal claims, and by name, in natural order. */
export function orderTags(tags: readonly ComparedTag[], order: 'apart' | 'name', run: number | null = null): string[] {
  const claim = new Map(tags.map((tag) => [tag.tag, order === 'name' ? 0 : apartness(tag, run)]));
  return tags.map((tag) => tag.tag).sort((a, b) => claim.get(b)! - claim.get(a)! || compareNatural(a, b));
}

/** The difference at the end against the first run: `+12 %`, `−0.4 %`; as it is where the first run's value is zero. */
export function differenceWords({ difference, first }: Parting): string {
  if (difference === 0) return '0 %';
  const sign = difference > 0 ? '+' : '−';
  if (first === 0) return sign + formatNumber(Math.abs(difference), 2);
  const percent = Math.abs(difference / first) * 100;
  if (percent >= 1000) return `${sign}${formatNumber(Math.abs(difference), 2)}`;
  // Between nothing and that: its sign is known.
  if (percent < 0.01) return `${difference > 0 ? '<' : '>'} ${sign}0.01 %`;
  return `${sign}${formatNumber(percent, 2)} %`;
}

/** Where a run parts from the first one, in a few words and in a sentence. */
export function partingWords(parting: Parting | null, run: string, first: string): { short: string; long: string } {
  if (parting === null) return { short: 'too few points', long: `${run} and ${first} share too few points to tell.` };
  const over = `${formatInt(parting.points)} shared points, steps ${formatInt(parting.low)} to ${formatInt(parting.high)}`;
  const end = `At the end ${differenceWords(parting)} (${formatNumber(parting.difference, 3)} ± ${formatNumber(parting.noise, 2)}).`;
  if (parting.step === null)
    return { short: 'do not part', long: `${run} and ${first} do not part over ${over}. ${end}` };
  return {
    short: `from ${formatInt(parting.step)}`,
    long: `${run} differs from ${first} beyond the noise from step ${formatInt(parting.step)} to the end: ${over}. ${end}`,
  };
}

/** Where on a track from the first to the last shared step the curves part, 0 to 1; null when they do not. */
export function partedShare({ step, low, high }: Parting): number | null {
  return step === null ? null : high > low ? (step - low) / (high - low) : 0;
}
