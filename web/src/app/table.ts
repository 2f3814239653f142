/** The runs table's rows: order, directories and groups, the line between what is shown and what is not, what stays put under the pointer. Pure. */

import { compareValues, isMissing, type FieldValue } from '../lib/field';
import { compareNatural } from '../lib/natural';

/**
 * Names by a value. They come in natural order, which decides between equal ones; a run without the figure comes last either way.
 */
export function sortRuns(
  names: readonly string[],
  value: (name: string) => FieldValue,
  descending: boolean,
): readonly string[] {
  const direction = descending ? -1 : 1;
  const values = ranked(names.map(value));
  return names
    .map((name, i) => ({ name, value: values[i], i }))
    .sort((a, b) => {
      const [left, right] = [isMissing(a.value), isMissing(b.value)];
      if (left || right) return left === right ? a.i - b.i : left ? 1 : -1;
      return direction * compareValues(a.value, b.value) || a.i - b.i;
    })
    .map((one) => one.name);
}

/** Values that are all texts as their ranks: comparing texts naturally is slow, and most are the same few. */
function ranked(values: readonly FieldValue[]): readonly FieldValue[] {
  if (!values.every((value) => typeof value === 'string' || isMissing(value))) return values;
  const distinct = [...new Set(values.filter((value) => typeof value === 'string'))].sort(compareNatural);
  const ranks = new Map<FieldValue, number>(distinct.map((value, i) => [value, i]));
  return values.map((value) => ranks.get(value) ?? null);
}

/**
 * Names by what stands in their rows: an alias in place of the name. Below a directory or in a group it counts among the runs there, so that a
 * directory stands where its own name puts it.
 */
export function byShown(
  names: readonly string[],
  aliases: ReadonlyMap<string, string>,
  { tree, groupOf }: { tree: boolean; groupOf: (name: string) => { readonly label: string } | undefined },
): readonly string[] {
  if (!names.some((name) => aliases.has(name))) return names;
  const shown = (name: string) => {
    const group = groupOf(name);
    const above = group ? `${group.label}/` : tree ? name.slice(0, name.lastIndexOf('/') + 1) : '';
    return above + (aliases.get(name) ?? (group ? name : name.slice(above.length)));
  };
  return names
    .map((name) => ({ name, shown: shown(name) }))
    .sort((a, b) => compareNatural(a.shown, b.shown) || compareNatural(a.name, b.name))
    .map((one) => one.name);
}

/** The order under the pointer: names that were there keep their places, those that went are gone, new ones come after. */
export function holdOrder(held: readonly string[], now: readonly string[]): string[] {
  const present = new Set(now);
  const kept = held.filter((name) => present.has(name));
  const before = new Set(kept);
  return [...kept, ...now.filter((name) => !before.has(name))];
}

/** A run, a directory, or a group: what has a row. */
export interface Node {
  /** Unique among the rows. */
  readonly key: string;
  /** What the row says: of a run below something, what its name has more than that. */
  readonly label: string;
  /** The run that stands in this row; null for a directory without event files of its own, and for a group. */
  readonly run: string | null;
  /** It and all runs below it, in order. */
  readonly runs: readonly string[];
  readonly children: readonly Node[];
  readonly group: boolean;
}

const leaf = (name: string, label = name): Node => ({
  key: `run ${name}`,
  label,
  run: name,
  runs: [name],
  children: [],
  group: false,
});

/** Every run for itself. */
export function listNodes(names: readonly string[]): Node[] {
  return names.map((name) => leaf(name));
}

/** Runs below their directories; a directory stands where its first run does, and one that holds a single other is named with it. */
export function treeNodes(names: readonly string[]): Node[] {
  interface Branch {
    path: string;
    run: string | null;
    below: Map<string, Branch>;
  }
  const root: Branch = { path: '', run: null, below: new Map() };
  for (const name of names) {
    let at = root;
    for (const part of name.split('/')) {
      let next = at.below.get(part);
      if (next === undefined) {
        next = { path: at === root ? part : `${at.path}/${part}`, run: null, below: new Map() };
        at.below.set(part, next);
      }
      at = next;
    }
    at.run = name;
  }
  const grow = (branch: Branch, above: string): Node => {
    const [only] = branch.below.values();
    if (branch.run === null && branch.below.size === 1) return grow(only!, above);
    const label = branch.path.slice(above === '' ? 0 : above.length + 1);
    if (branch.below.size === 0) return leaf(branch.run!, label);
    const children = [...branch.below.values()].map((one) => grow(one, branch.path));
    const own = branch.run === null ? [] : [branch.run];
    const runs = [...own, ...children.flatMap((child) => child.runs)];
    return { key: `path ${branch.path}`, label, run: branch.run, runs, children, group: false };
  };
  return [...root.below.values()].map((branch) => grow(branch, ''));
}

/** What is needed of a group: stores/groups.svelte.ts. */
export interface GroupOfRuns {
  readonly key: string;
  readonly label: string;
  /** What tells its runs apart. */
  readonly members: ReadonlyMap<string, string> | null;
}

/** Groups where their first run stands, runs of none for themselves. */
export function groupNodes(names: readonly string[], groupOf: (name: string) => GroupOfRuns | undefined): Node[] {
  const found = new Map<string, { group: GroupOfRuns; names: string[] }>();
  const order: (string | { group: GroupOfRuns; names: string[] })[] = [];
  for (const name of names) {
    const group = groupOf(name);
    if (group === undefined) order.push(name);
    else {
      const known = found.get(group.key);
      if (known) known.names.push(name);
      else {
        const fresh = { group, names: [name] };
        found.set(group.key, fresh);
        order.push(fresh);
      }
    }
  }
  return order.map((one) =>
    typeof one === 'string'
      ? leaf(one)
      : {
          key: `group ${one.group.key}`,
          label: one.group.label,
          run: null,
          runs: one.names,
          children: one.names.map((name) => leaf(name, one.group.members?.get(name) ?? name)),
          group: true,
        },
  );
}

/** One row of the table. */
export interface Row {
  readonly key: string;
  /** Null is the line "Not shown". */
  readonly node: Node | null;
  /** 1 at the top. */
  readonly level: number;
  /** Null where nothing is below. */
  readonly open: boolean | null;
  /** Its place among those beside it, from 1, and how many they are. */
  readonly place: number;
  readonly among: number;
  /** The row it stands below, as an index; -1 at the top. */
  readonly parent: number;
}

const LINE = 'line';

/** The rows: what has a run that is on, the line, the rest. `off` counts the runs after the line. */
export function tableRows(
  nodes: readonly Node[],
  isOn: (name: string) => boolean,
  isOpen: (node: Node) => boolean,
): { rows: Row[]; off: number } {
  const rows: Row[] = [];
  const add = (node: Node, level: number, place: number, among: number, parent: number) => {
    const open = node.children.length > 0 ? isOpen(node) : null;
    const index = rows.push({ key: node.key, node, level, open, place, among, parent }) - 1;
    if (open === true) node.children.forEach((child, i) => add(child, level + 1, i + 1, node.children.length, index));
  };
  const [shown, rest]: [Node[], Node[]] = [[], []];
  for (const node of nodes) (node.runs.some(isOn) ? shown : rest).push(node);
  shown.forEach((node, i) => add(node, 1, i + 1, nodes.length, -1));
  if (rest.length > 0) rows.push({ key: LINE, node: null, level: 1, open: null, place: 0, among: 0, parent: -1 });
  rest.forEach((node, i) => add(node, 1, shown.length + i + 1, nodes.length, -1));
  return { rows, off: rest.reduce((count, node) => count + node.runs.length, 0) };
}

/**
 * By how many places the rows in sight (`before[from]` to `before[to - 1]`) have moved: the median, so that one that was switched on and went to
 * the top takes nobody along. 0 where none of them is left.
 */
export function shiftOf(before: readonly Row[], now: readonly Row[], [from, to]: readonly [number, number]): number {
  const places = new Map<string, number>();
  for (let i = from; i < Math.min(to, before.length); i++) places.set(before[i]!.key, i);
  const shifts: number[] = [];
  now.forEach((row, i) => {
    const place = places.get(row.key);
    if (place !== undefined) shifts.push(i - place);
  });
  return shifts.sort((a, b) => a - b)[shifts.length >> 1] ?? 0;
}

/** What several runs have in common, for the row of a group: the value they share, or else one figure for all (their mean, unless told) and how far they go. */
export interface Summary {
  readonly value: FieldValue;
  /** How many different values there are; 1 when they agree. */
  readonly distinct: number;
  readonly low: FieldValue;
  readonly high: FieldValue;
}

export function summarise(values: readonly FieldValue[], by: 'mean' | 'low' | 'high' = 'mean'): Summary {
  const there = values.filter((value) => value !== null && value !== undefined);
  const distinct = new Set(there);
  const [first] = distinct;
  if (distinct.size === 0)
    return { value: values.includes(null) ? null : undefined, distinct: 0, low: null, high: null };
  if (distinct.size === 1) return { value: first!, distinct: 1, low: first!, high: first! };
  const finite = there.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  if (finite.length < there.length || finite.length === 0)
    return { value: null, distinct: distinct.size, low: null, high: null };
  let [mean, low, high] = [0, Infinity, -Infinity];
  for (const value of finite) {
    mean += value / finite.length;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { value: { mean, low, high }[by], distinct: distinct.size, low, high };
}
