/**
 * Groups of runs: by their seeds, by what a regular expression captures of their names, by the values of fields (hyperparameters). Pure.
 *
 * Several ways at once divide further: runs are in one group when they agree in all of them. A run that a way says nothing of is in no group,
 * and neither is one without company: both stay what they are.
 */

import { fieldTitle, isMissing, parseField, type FieldValue } from './field';
import { formatNumber } from './format';
import { compareNatural } from './natural';
import { PatternFault, readPattern } from './pattern';
import { seedsOf, type Seeded } from './seed';

/** A way to group. In the URL: `seeds`, `/(cnn|vit)/`, the id of a field such as `hparam:lr`. */
export type GroupBy =
  | { readonly kind: 'seeds' }
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'field'; readonly id: string };

export interface Group {
  /** The same as long as the way to group is; never the name of a run, because it begins with "/". */
  readonly key: string;
  readonly label: string;
  /** At least two, in the order they were given. */
  readonly runs: readonly string[];
  /** What tells its runs apart, by run: `seed 3`. Null where only the names do. */
  readonly members: ReadonlyMap<string, string> | null;
}

/** A way to group as text. */
export function byText(by: GroupBy): string {
  if (by.kind === 'seeds') return 'seeds';
  return by.kind === 'regex' ? `/${by.source}/` : by.id;
}

/** The way that a text means; null when it means none. */
export function parseBy(text: string): GroupBy | null {
  if (text === 'seeds') return { kind: 'seeds' };
  if (/^\/.+\/$/s.test(text)) return { kind: 'regex', source: text.slice(1, -1) };
  return parseField(text) === null ? null : { kind: 'field', id: text };
}

/** Why a regular expression can't group, in a sentence; null when it can. */
export function regexFault(source: string): string | null {
  try {
    return source === '' ? 'Empty: want a regular expression, such as (cnn|vit).' : (readPattern(source), null);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    return error.message;
  }
}

/** What one way says of a run: `key` tells groups apart, `label` is read, `also` is read where labels are equal. */
interface Said {
  readonly key: string;
  readonly label: string;
  readonly also?: readonly string[];
}

/** Hyperparameters that tell where and when a run was made, not how. */
const CIRCUMSTANCE = /seed|rng|(^|[._/-])(pid|port|gpu|device|rank|id|time|date|timestamp|host|hostname|user)s?$/i;

/**
 * The hyperparameters in which runs must agree to be seeds of one experiment: all but the seed itself and the circumstances. Text counts where
 * it is one of a few words: where nearly every run has its own it is a name or a path.
 */
export function settingsAmong<T extends { name: string; type: string; distinct: number | null }>(
  hparams: readonly T[],
  runs: number,
): T[] {
  return hparams.filter(
    ({ name, type, distinct }) =>
      (distinct ?? 0) > 1 &&
      !CIRCUMSTANCE.test(name) &&
      (type === 'number' || type === 'bool' || 2 * distinct! <= runs),
  );
}

/**
 * The groups of these runs, in natural order of their labels.
 *
 * `value` gives a field's value, `settings` the fields in which runs that differ in nothing but their seed must agree.
 */
export function groupRuns(
  names: readonly string[],
  ways: readonly GroupBy[],
  value: (run: string, id: string) => FieldValue,
  settings: readonly string[] = [],
): Group[] {
  if (ways.length === 0) return [];
  const bySeeds = ways.some((by) => by.kind === 'seeds');
  const seeds = bySeeds ? seedsOf(names) : new Map<string, Seeded>();
  const sayers = ways.map((by): ((run: string) => Said | null) => {
    if (by.kind === 'seeds') {
      return (run) => {
        const seeded = seeds.get(run);
        if (seeded === undefined) return null;
        const also = settings.flatMap((id) => fieldSays(id, value(run, id)) ?? []);
        const key = [seeded.stem, ...also.map((one) => one.key)].join(' ');
        return { key, label: seeded.label, also: also.map((one) => one.label) };
      };
    }
    return by.kind === 'field' ? (run) => fieldSays(by.id, value(run, by.id)) : regexSayer(by.source);
  });

  const found = new Map<string, Found & { runs: string[] }>();
  for (const run of names) {
    const said = sayers.map((sayer) => sayer(run));
    if (!said.every((one) => one !== null)) continue;
    const key = said.length === 1 ? said[0]!.key : JSON.stringify(said.map((one) => one.key));
    const group = found.get(key);
    if (group) group.runs.push(run);
    else {
      const also = said.flatMap((one) => one.also ?? []);
      found.set(key, { label: said.map((one) => one.label).join(' · '), also, runs: [run] });
    }
  }
  const groups = [...found].filter(([, { runs }]) => runs.length > 1);
  const labels = labelsOf(groups.map(([, group]) => group));
  return groups
    .map(([key, group], i): Group => ({
      key: `/${key}`,
      label: labels[i]!,
      runs: group.runs,
      members: bySeeds ? new Map(group.runs.map((run) => [run, seeds.get(run)!.seed])) : null,
    }))
    .sort((a, b) => compareNatural(a.label, b.label));
}

/** A group before it is told apart from others that read alike. */
interface Found {
  readonly label: string;
  readonly also: readonly string[];
  readonly runs: readonly string[];
}

/**
 * Groups that would read alike are told apart by what they do not share; trials that lie below the runs of another group (as
 * `add_hparams` writes them) by a slash; or else by a run of theirs.
 */
function labelsOf(groups: readonly Found[]): string[] {
  const named = alike(
    groups,
    groups.map((group) => group.label),
  );
  const labels = groups.map(({ label, also }) => {
    const others = named.get(label)!;
    const own = also.filter((one) => !others.every((other) => other.also.includes(one)));
    return [label, ...own].join(' · ');
  });
  const same = alike(groups, labels);
  return groups.map((group, i) => {
    const label = labels[i]!;
    const others = same.get(label)!.filter((other) => other !== group);
    if (others.length === 0) return label;
    const [other] = others;
    if (others.length === 1 && isBelow(other!, group)) return label;
    return others.length === 1 && isBelow(group, other!) ? `${label}/…` : `${label} · ${group.runs[0]!} …`;
  });
}

/** Groups by what they are called. */
function alike(groups: readonly Found[], labels: readonly string[]): Map<string, Found[]> {
  const found = new Map<string, Found[]>();
  groups.forEach((group, i) => found.set(labels[i]!, [...(found.get(labels[i]!) ?? []), group]));
  return found;
}

/** Does each run of a group lie below one of the other's? */
function isBelow(group: Found, other: Found): boolean {
  const above = new Set(other.runs);
  return group.runs.every((run) => {
    for (let end = run.lastIndexOf('/'); end > 0; end = run.lastIndexOf('/', end - 1))
      if (above.has(run.slice(0, end))) return true;
    return false;
  });
}

function fieldSays(id: string, value: FieldValue): Said | null {
  if (isMissing(value) || value === '') return null;
  const shown = typeof value === 'number' ? formatNumber(value, 6) : String(value);
  return { key: `${id}=${String(value)}`, label: `${fieldTitle(id).text} ${shown}` };
}

/** What the expression captures of a name: its groups, by their names where they have some; all it matched where it has none. */
function regexSayer(source: string): (run: string) => Said | null {
  if (regexFault(source) !== null) return () => null;
  const pattern = readPattern(source);
  return (run) => {
    const found = pattern.find(run);
    if (found === null) return null;
    const captures = found.groups.length > 0 ? found.groups.map((one) => one ?? '') : [found.all];
    const words =
      found.names.length === captures.length
        ? found.names.map((name, i) => `${name} ${found.groups[i] ?? '–'}`)
        : captures;
    return {
      key: captures.length === 1 ? captures[0]! : JSON.stringify(captures),
      label: words.filter((word) => word !== '').join(' · ') || 'nothing',
    };
  };
}
