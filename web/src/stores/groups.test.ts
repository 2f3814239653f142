import { beforeEach, expect, test } from 'vitest';
import { SLOTS } from '../lib/slot';
import { catalogue } from './catalogue.svelte';
import { catalogueAnswer, runAnswer } from './fixture';
import { groups } from './groups.svelte';
import { runs } from './runs.svelte';
import { view } from './view.svelte';

const take = (...names: string[]) => catalogue.take(catalogueAnswer(names.map((name) => runAnswer(name))));

beforeEach(() => {
  view.reset();
  runs.forget();
  take('cnn_s0', 'cnn_s1', 'mlp', 'vit_s0', 'vit_s1');
});

test('nothing is grouped until it is asked for', () => {
  expect([groups.active, groups.list, groups.of('cnn_s0')]).toEqual([false, [], undefined]);
});

test('a way to group is in the view, and the groups follow the runs that there are', () => {
  groups.add({ kind: 'seeds' });
  expect(view.grouping.by).toEqual(['seeds']);
  expect(groups.list.map((group) => `${group.label}, ${groups.word(group)}`)).toEqual(['cnn, 2 seeds', 'vit, 2 seeds']);
  take('cnn_s0', 'cnn_s1', 'cnn_s2');
  expect(groups.list.map((group) => `${group.label}, ${groups.word(group)}`)).toEqual(['cnn, 3 seeds']);
  groups.remove('seeds');
  expect(groups.list).toEqual([]);
});

test('the runs of a group share its colour and no dash tells them apart; single runs keep theirs', () => {
  const before = runs.style('mlp').slot;
  groups.add({ kind: 'seeds' });
  const group = groups.of('cnn_s1')!;
  expect(runs.style('cnn_s0')).toEqual({ ...runs.style('cnn_s1'), name: 'cnn_s0', index: 0 });
  expect([runs.style('cnn_s0').slot, runs.style(group.key).slot]).toEqual([group.slot, group.slot]);
  expect(runs.style('cnn_s1').dash).toEqual([]);
  expect(runs.style('mlp').slot).toBe(before);
  expect(new Set([group.slot, groups.of('vit_s0')!.slot, before]).size).toBe(3);
});

test('painting one of its runs paints the group, and a group that is painted stays so', () => {
  groups.add({ kind: 'seeds' });
  const other = (runs.style('cnn_s0').slot % SLOTS) + 1;
  runs.paint('cnn_s1', other);
  expect([runs.style('cnn_s0').slot, groups.list[0]!.slot]).toEqual([other, other]);
  runs.paint('cnn_s0', null);
  expect(view.colours).toEqual({});
});

test('a regular expression that is none groups nothing and says why', () => {
  groups.add({ kind: 'regex', source: '(' });
  expect(groups.list).toEqual([]);
  expect(groups.by[0]!.fault).toMatch(/regular expression/);
});
