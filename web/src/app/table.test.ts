import { expect, test } from 'vitest';
import type { FieldValue } from '../lib/field';
import {
  byShown,
  groupNodes,
  holdOrder,
  listNodes,
  shiftOf,
  sortRuns,
  summarise,
  tableRows,
  treeNodes,
  type Node,
} from './table';

const sorted = (values: Record<string, FieldValue>, descending: boolean) =>
  sortRuns(Object.keys(values), (name) => values[name], descending);

test('a run without a figure comes last either way, and NaN is no figure', () => {
  const values = { none: null, low: 1, nan: NaN, high: 9, far: Infinity };
  expect(sorted(values, false)).toEqual(['low', 'high', 'far', 'none', 'nan']);
  expect(sorted(values, true)).toEqual(['far', 'high', 'low', 'none', 'nan']);
});

test('equal figures keep the order they came in, either way', () => {
  expect(sorted({ b: 5, a: 5, c: 7 }, false)).toEqual(['b', 'a', 'c']);
  expect(sorted({ b: 5, a: 5, c: 7 }, true)).toEqual(['c', 'b', 'a']);
});

test('texts sort naturally, and mixed values by what they are', () => {
  expect(sorted({ x: 'net10', y: 'net2', z: null }, false)).toEqual(['y', 'x', 'z']);
  expect(sorted({ x: 'net10', y: 3, z: true }, false)).toEqual(['y', 'z', 'x']);
});

test('by name it is what is shown that is sorted: an alias in place of the name, naturally', () => {
  const plain = { tree: false, groupOf: () => undefined };
  const names = ['a', 'b10', 'b9', 'exp/1', 'exp/2'];
  expect(byShown(names, new Map(), plain)).toBe(names);
  const aliases = new Map([
    ['a', 'b9.5'],
    ['exp/2', 'exp/0'],
  ]);
  expect(byShown(['a', 'b9', 'b10', 'exp/1', 'exp/2'], aliases, plain)).toEqual(['b9', 'a', 'b10', 'exp/2', 'exp/1']);
});

test('an alias moves a run among those beside it, not its directory nor its group', () => {
  const names = ['a', 'z/1', 'z/2'];
  const aliases = new Map([['z/2', '0 the best']]);
  expect(byShown(names, aliases, { tree: true, groupOf: () => undefined })).toEqual(['a', 'z/2', 'z/1']);
  const groupOf = (name: string) => (name === 'a' ? undefined : { label: 'z' });
  expect(byShown(names, aliases, { tree: false, groupOf })).toEqual(['a', 'z/2', 'z/1']);
  expect(byShown(names, aliases, { tree: false, groupOf: () => undefined })).toEqual(['z/2', 'a', 'z/1']);
});

test('under the pointer rows keep their places and new ones come after', () => {
  expect(holdOrder(['b', 'a', 'gone'], ['a', 'b', 'new'])).toEqual(['b', 'a', 'new']);
});

/** The rows as text: two spaces for each level, `+` folded, `-` unfolded. */
const drawn = (nodes: Node[], on: readonly string[], open = (_: Node) => true) =>
  tableRows(nodes, (name) => on.includes(name), open).rows.map((row) =>
    row.node === null
      ? '---'
      : '  '.repeat(row.level - 1) + (row.open === null ? '' : row.open ? '- ' : '+ ') + row.node.label,
  );

test('what is on comes before the line, in order', () => {
  expect(drawn(listNodes(['a', 'b', 'c']), ['c', 'a'])).toEqual(['a', 'c', '---', 'b']);
  expect(drawn(listNodes(['a', 'b']), ['a', 'b'])).toEqual(['a', 'b']);
});

test('runs stand below their directories, which stand where their first run does', () => {
  const nodes = treeNodes(['b/x/1', 'a', 'b/x/2', 'c/d/e', 'b/y', '.']);
  expect(drawn(nodes, ['b/x/1', 'a', 'c/d/e', '.'])).toEqual([
    '- b',
    '  - x',
    '    1',
    '    2',
    '  y',
    'a',
    'c/d/e',
    '.',
  ]);
  expect(nodes[0]!.runs).toEqual(['b/x/1', 'b/x/2', 'b/y']);
});

test('a run that has others below it is one row with them', () => {
  const [node] = treeNodes(['exp/123', 'exp']);
  expect([node!.run, node!.runs, node!.children.map((child) => child.label)]).toEqual([
    'exp',
    ['exp', 'exp/123'],
    ['123'],
  ]);
});

test('a directory is shown as long as one of its runs is, and folded rows are left out', () => {
  const nodes = treeNodes(['a/1', 'a/2', 'b/1', 'b/2']);
  expect(drawn(nodes, ['a/2'], (node) => node.label === 'b')).toEqual(['+ a', '---', '- b', '  1', '  2']);
  expect(
    tableRows(
      nodes,
      (name) => name === 'a/2',
      () => false,
    ).off,
  ).toBe(2);
});

test('rows say where they stand: level, place, parent', () => {
  const { rows } = tableRows(
    treeNodes(['a/1', 'a/2', 'b']),
    () => true,
    () => true,
  );
  expect(rows.map(({ level, place, among, parent }) => [level, place, among, parent])).toEqual([
    [1, 1, 2, -1],
    [2, 1, 2, 0],
    [2, 2, 2, 0],
    [1, 2, 2, -1],
  ]);
});

test('every run has exactly one row when all is unfolded, whatever the paths', () => {
  let seed = 7;
  const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 200; round++) {
    const names = new Set(
      Array.from({ length: 12 }, () => Array.from({ length: 1 + random(4) }, () => 'abc'[random(3)]).join('/')),
    );
    const { rows } = tableRows(
      treeNodes([...names]),
      () => random(2) === 1,
      () => true,
    );
    const found = rows.flatMap((row) => row.node?.run ?? []);
    expect([...found].sort()).toEqual([...names].sort());
    for (const row of rows) {
      const above = rows[row.parent]?.node;
      if (above) expect(above.runs).toEqual(expect.arrayContaining([...row.node!.runs]));
    }
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
  }
});

test('groups stand where their first run does; runs of none stand for themselves', () => {
  const members = new Map([['cnn/1', 'seed 1']]);
  const group = { key: 'g', label: 'cnn', members };
  const nodes = groupNodes(['cnn/2', 'mlp', 'cnn/1'], (name) => (name.startsWith('cnn') ? group : undefined));
  expect(drawn(nodes, ['mlp', 'cnn/1'])).toEqual(['- cnn', '  cnn/2', '  seed 1', 'mlp']);
});

test('a group says what its runs share, or the middle of their figures', () => {
  expect(summarise(['adam', 'adam', null])).toEqual({ value: 'adam', distinct: 1, low: 'adam', high: 'adam' });
  expect(summarise([1, 2, 6])).toEqual({ value: 3, distinct: 3, low: 1, high: 6 });
  expect(summarise([1, 2, 6], 'high').value).toBe(6);
  expect(summarise(['adam', 'sgd']).value).toBeNull();
  expect(summarise([1, NaN]).distinct).toBe(2);
  expect(summarise([null, null])).toMatchObject({ value: null, distinct: 0 });
  expect(summarise([undefined]).value).toBeUndefined();
});

test('rows in sight have moved by what came and went above them, whoever of them went elsewhere', () => {
  const rowsOf = (...names: string[]) =>
    tableRows(
      listNodes(names),
      () => true,
      () => true,
    ).rows;
  const before = rowsOf('a', 'b', 'c', 'd', 'e', 'f');
  expect(shiftOf(before, before, [2, 5])).toBe(0);
  expect(shiftOf(before, rowsOf('new', 'newer', 'a', 'b', 'c', 'd', 'e', 'f'), [2, 5])).toBe(2);
  expect(shiftOf(before, rowsOf('b', 'c', 'd', 'e', 'f'), [2, 5])).toBe(-1);
  expect(shiftOf(before, rowsOf('a', 'b', 'c', 'd', 'e', 'new', 'f'), [2, 5])).toBe(0);
  // "c" was switched on, and stands above.
  expect(shiftOf(before, rowsOf('new', 'c', 'a', 'b', 'd', 'e', 'f'), [2, 5])).toBe(1);
  expect(shiftOf(before, rowsOf('x', 'y'), [2, 5])).toBe(0);
  expect(shiftOf(before, [], [2, 9])).toBe(0);
});
