/** Findings about runs in words: what a row says of a run, and which marks stand on the rail. Pure; they come from stores/health.svelte.ts. */

import type { ChartMark } from './chart/mark';
import { count, formatInt } from './format';
import type { components } from './schema';

export type Finding = components['schemas']['HealthFinding'];
export type What = Finding['what'];
export type Severity = Finding['severity'];

/** The worst first. A run's word is that of the worst of its findings. */
export const WHATS: readonly What[] = ['nan', 'infinity', 'divergence', 'spike', 'stopped', 'stall', 'plateau'];

const WORDS: Record<What, string> = {
  nan: 'NaN',
  infinity: '∞',
  divergence: 'diverged',
  spike: 'spike',
  stopped: 'stopped',
  stall: 'stall',
  plateau: 'plateau',
};
/** Where there is room for two or three characters. */
const SHORT: Record<What, string> = { ...WORDS, divergence: '↗', spike: '▲', stopped: '⊣', stall: '…', plateau: '―' };

const RANK: Record<Severity, number> = { bad: 2, warn: 1, note: 0 };

/** One word for a run. */
export interface Verdict {
  readonly what: What;
  readonly severity: Severity;
  /** "NaN", "spike". */
  readonly word: string;
  /** At how many steps it has the worst; several tags at one step are one. */
  readonly places: number;
}

/** What is worst in a run; null when nothing was found. Of equal severity the order of `WHATS` counts. */
export function verdictOf(findings: readonly Finding[]): Verdict | null {
  const worst = findings.reduce<Finding | null>(
    (best, one) => (best === null || compareFindings(one, best) < 0 ? one : best),
    null,
  );
  if (worst === null) return null;
  const { what, severity } = worst;
  const steps = new Set(
    findings.filter((one) => one.what === what && one.severity === severity).map((one) => one.step),
  );
  return { what, severity, word: WORDS[what], places: steps.size };
}

/** The worst first, then by step. */
export function compareFindings(a: Finding, b: Finding): number {
  return RANK[b.severity] - RANK[a.severity] || WHATS.indexOf(a.what) - WHATS.indexOf(b.what) || a.step - b.step;
}

/** For sorting: how bad a run is; undefined where nothing was found. Grows with severity, then with what it is, then with how often. */
export function rankOf(findings: readonly Finding[]): number | undefined {
  const verdict = verdictOf(findings);
  if (verdict === null) return undefined;
  return RANK[verdict.severity] * 100 + (WHATS.length - WHATS.indexOf(verdict.what)) * 10 + Math.min(9, verdict.places);
}

/** Each thing that was found once, the worst first; after `ok` where nothing is bad or a warning. */
export function wordsOf(findings: readonly Finding[]): string[] {
  const whats = WHATS.filter((what) => findings.some((one) => one.what === what));
  return findings.some((one) => one.severity !== 'note') ? whats : ['ok', ...whats];
}

/** The run with the worst that is bad or a warning; undefined where there is none. */
export function worstOf(runs: readonly string[], findings: (run: string) => readonly Finding[]): string | undefined {
  let [worst, most] = [undefined as string | undefined, 0];
  for (const run of runs) {
    const found = findings(run);
    const rank = rankOf(found) ?? 0;
    if (rank > most && verdictOf(found)?.severity !== 'note') [worst, most] = [run, rank];
  }
  return worst;
}

/** "loss/train is NaN from step 8,140 to its end". A run is the subject where no tag is. */
export function sentence(finding: Finding): string {
  return finding.tag === '' ? upper(finding.words) : `${finding.tag} ${finding.words}`;
}

/** What a row's glyph says to a screen reader: "NaN, 2 findings: loss/train is NaN from ...". */
export function verdictWords(findings: readonly Finding[]): string {
  const verdict = verdictOf(findings);
  if (verdict === null) return '';
  const several = findings.length > 1 ? `, ${count(findings.length, 'finding')}` : '';
  const first = findings.toSorted(compareFindings)[0]!;
  return `${verdict.word}${several}: ${sentence(first)}`;
}

/** A mark for the step rail. */
export interface FoundMark {
  readonly step: number;
  readonly label: string;
  readonly title: string;
  readonly tone: 'bad' | 'warn' | 'quiet';
}

/**
 * The rail's marks of these runs: what is bad or a warning, and where they went back; one for each step and kind, whatever the number of tags
 * and runs. `name` is what a run is called.
 */
export function findingMarks(
  runs: readonly { run: string; findings: readonly Finding[]; restarts: readonly number[] }[],
  name: (run: string) => string,
): FoundMark[] {
  const places = new Map<string, { finding: Finding; run: string; more: number; bad: boolean }>();
  for (const { run, findings } of runs)
    for (const finding of findings) {
      if (finding.severity === 'note') continue;
      const key = `${finding.step} ${finding.what}`;
      const place = places.get(key);
      if (place === undefined) places.set(key, { finding, run, more: 0, bad: finding.severity === 'bad' });
      else {
        place.more++;
        place.bad ||= finding.severity === 'bad';
      }
    }
  const restarts = new Map<number, string[]>();
  for (const { run, restarts: steps } of runs)
    for (const step of steps) restarts.set(step, [...(restarts.get(step) ?? []), run]);
  const back = [...restarts].map(([step, of]): FoundMark => ({
    step,
    label: '↺',
    title: `${name(of[0]!)} was restarted at ${formatInt(step)}${of.length > 1 ? `, and ${count(of.length - 1, 'other run')}` : ''}`,
    tone: 'quiet',
  }));
  const found = [...places.values()].map(({ finding, run, more, bad }) => ({
    step: finding.step,
    label: SHORT[finding.what],
    title: `${sentence(finding)} (${name(run)})${more > 0 ? `, and ${formatInt(more)} more there` : ''}`,
    tone: bad ? ('bad' as const) : ('warn' as const),
  }));
  return [...found, ...back];
}

const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * The marks of a group's line: those of its `runs`, with the run's name, and several runs at one step are one. What is not finite is among
 * them, because it takes no part in the line; where a run has stopped the line has a ring.
 */
export function groupMarks(
  runs: readonly string[],
  found: readonly { run: string; finding: Finding }[],
  name: (run: string) => string,
): ChartMark[] {
  const places = new Map<string, { what: ChartMark['what']; step: number; of: string[] }>();
  for (const { run, finding } of found) {
    const { what, severity, step } = finding;
    if (severity === 'note' || !runs.includes(run)) continue;
    if (what !== 'nan' && what !== 'infinity' && what !== 'spike' && what !== 'divergence') continue;
    const place = places.get(`${step} ${what}`);
    if (place) place.of.push(run);
    else places.set(`${step} ${what}`, { what, step, of: [run] });
  }
  return [...places.values()]
    .sort((a, b) => a.step - b.step)
    .map(({ what, step, of }) => ({
      what,
      step,
      words: `${WORDS[what]} at ${formatInt(step)} in ${of.length === 1 ? name(of[0]!) : count(of.length, 'run')}`,
    }));
}

/** The marks of a run's line among the findings of its tag. Notes have none; what is not finite a chart marks by itself, from the data. */
export function marksOf(run: string, found: readonly { run: string; finding: Finding }[]): ChartMark[] {
  return found.flatMap(({ run: its, finding: { what, severity, step } }): ChartMark[] =>
    its === run && severity !== 'note' && (what === 'spike' || what === 'divergence' || what === 'stopped')
      ? [{ what, step, words: `${WORDS[what]} at ${formatInt(step)}` }]
      : [],
  );
}
