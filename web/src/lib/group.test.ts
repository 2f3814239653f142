import { expect, test } from 'vitest';
import type { FieldValue } from './field';
import { byText, groupRuns, parseBy, regexFault, settingsAmong, type GroupBy } from './group';

const NAMES = ['cnn_s0', 'cnn_s1', 'vit_s0', 'vit_s1', 'mlp'];
const nothing = () => null;
const told = (names: readonly string[], ways: GroupBy[], value: (run: string, id: string) => FieldValue = nothing) =>
  groupRuns(names, ways, value).map((group) => `${group.label}: ${group.runs.join(' ')}`);

test('seeds make groups, with what tells their runs apart', () => {
  const groups = groupRuns(NAMES, [{ kind: 'seeds' }], nothing);
  expect(groups.map(({ key, label, runs }) => [key, label, runs])).toEqual([
    ['/cnn_s*', 'cnn', ['cnn_s0', 'cnn_s1']],
    ['/vit_s*', 'vit', ['vit_s0', 'vit_s1']],
  ]);
  expect(groups[0]!.members?.get('cnn_s1')).toBe('seed 1');
});

test('a regular expression groups by what it captures, or by all of it', () => {
  expect(told(NAMES, [{ kind: 'regex', source: '^(\\w+?)_' }])).toEqual(['cnn: cnn_s0 cnn_s1', 'vit: vit_s0 vit_s1']);
  expect(told(NAMES, [{ kind: 'regex', source: 's\\d' }])).toEqual(['s0: cnn_s0 vit_s0', 's1: cnn_s1 vit_s1']);
});

test('named captures are named in the label', () => {
  const by: GroupBy = { kind: 'regex', source: 'lr(?<lr>[^_]+)_bs(?<bs>\\d+)' };
  expect(told(['lr1e-3_bs8_a', 'lr1e-3_bs8_b', 'lr1e-3_bs16_a'], [by])).toEqual([
    'lr 1e-3 · bs 8: lr1e-3_bs8_a lr1e-3_bs8_b',
  ]);
});

test('a capture that took no part is not the one that took nothing of the name away', () => {
  const by: GroupBy = { kind: 'regex', source: '^(?:(a)|(b))' };
  expect(told(['a1', 'a2', 'b1', 'b2'], [by])).toEqual(['a: a1 a2', 'b: b1 b2']);
});

test('a broken regular expression groups nothing and says why', () => {
  expect(told(NAMES, [{ kind: 'regex', source: '(' }])).toEqual([]);
  expect(regexFault('(')).toMatch(/^Not a regular expression: /);
  expect(regexFault('')).not.toBeNull();
  expect(regexFault('(cnn|vit)')).toBeNull();
});

test('a field groups runs of equal value; without one, or alone with one, a run is in no group', () => {
  const lr: Record<string, FieldValue> = { cnn_s0: 0.001, cnn_s1: 0.001, vit_s0: 0.1, vit_s1: null };
  expect(told(NAMES, [{ kind: 'field', id: 'hparam:lr' }], (run) => lr[run])).toEqual(['lr 0.001: cnn_s0 cnn_s1']);
});

test('values that only read alike are told apart', () => {
  const value: Record<string, FieldValue> = { a: 0.1, b: 0.1, c: 0.10000000001, d: 0.10000000001 };
  const labels = groupRuns(Object.keys(value), [{ kind: 'field', id: 'hparam:lr' }], (run) => value[run]).map(
    (one) => one.label,
  );
  expect(labels).toEqual(['lr 0.1 · a …', 'lr 0.1 · c …']);
});

test('groups of a model and of the trials below it are told apart in words', () => {
  const names = ['cnn-seed0', 'cnn-seed0/1795486006.2', 'cnn-seed1', 'cnn-seed1/1795486009.5'];
  const ways = [{ kind: 'seeds' }, { kind: 'field', id: 'hparam:lr' }] as const;
  expect(groupRuns(names, ways, () => 0.1).map((one) => one.label)).toEqual(['cnn · lr 0.1', 'cnn · lr 0.1/…']);
  const lr = (run: string) => (/seed[01]/.test(run) ? 0.1 : 0.2);
  const more = [...names, 'cnn-seed2', 'cnn-seed2/1795486012.2', 'cnn-seed3', 'cnn-seed3/1795486015.1'];
  expect(groupRuns(more, [{ kind: 'seeds' }], lr, ['hparam:lr']).map((one) => one.label)).toEqual([
    'cnn · lr 0.1',
    'cnn · lr 0.1/…',
    'cnn · lr 0.2',
    'cnn · lr 0.2/…',
  ]);
});

test('the text true and the value true are one group, as a table shows them', () => {
  expect(told(['a', 'b'], [{ kind: 'field', id: 'hparam:ema' }], (run) => (run === 'a' ? true : 'true'))).toEqual([
    'ema true: a b',
  ]);
});

test('several ways divide further', () => {
  const ways: GroupBy[] = [
    { kind: 'regex', source: '^(\\w+?)_' },
    { kind: 'field', id: 'hparam:lr' },
  ];
  const lr: Record<string, FieldValue> = { cnn_s0: 1, cnn_s1: 2, vit_s0: 3, vit_s1: 3 };
  expect(told(NAMES, ways, (run) => lr[run])).toEqual(['vit · lr 3: vit_s0 vit_s1']);
});

test('runs that differ in a hyperparameter are not seeds of one experiment, and that is in their labels', () => {
  const names = ['v/version_0', 'v/version_1', 'v/version_2', 'v/version_3', 'v/version_4'];
  const values: Record<string, FieldValue[]> = { 'hparam:lr': [1, 1, 2, 2, 3], 'hparam:bs': [8, 8, 8, 8, null] };
  const value = (run: string, id: string) => values[id]![names.indexOf(run)];
  const groups = groupRuns(names, [{ kind: 'seeds' }], value, Object.keys(values));
  expect(groups.map((group) => [group.label, ...group.runs])).toEqual([
    ['v · lr 1', 'v/version_0', 'v/version_1'],
    ['v · lr 2', 'v/version_2', 'v/version_3'],
  ]);
  expect(groupRuns(names, [{ kind: 'seeds' }], value)[0]!.runs).toEqual(names);
});

test('what must be equal among seeds is neither a seed, nor where and when it ran, nor a name that each run has its own of', () => {
  const among = (name: string, type: string, distinct: number) =>
    settingsAmong([{ name, type, distinct }], 10).length === 1;
  expect(among('lr', 'number', 3)).toBe(true);
  expect(among('optimizer', 'text', 2)).toBe(true);
  expect(among('ema', 'bool', 2)).toBe(true);
  expect(among('lr', 'number', 1)).toBe(false);
  for (const name of ['seed', 'random_seed', 'trainer.seed', 'master_port', 'timestamp', 'gpu'])
    expect(among(name, 'number', 10)).toBe(false);
  for (const name of ['run_name', 'output_dir', 'exp']) expect(among(name, 'text', 10)).toBe(false);
});

test('a way to group goes into the URL and comes back', () => {
  for (const by of [
    { kind: 'seeds' },
    { kind: 'regex', source: 'a/(b)/' },
    { kind: 'field', id: 'hparam:a b/c' },
  ] as const)
    expect(parseBy(byText(by))).toEqual(by);
  for (const text of ['', 'seed', '//', 'metric:lr', 'lr']) expect(parseBy(text)).toBeNull();
});

test('an expression that could take for ever groups what it finds', () => {
  const endless: GroupBy = { kind: 'regex', source: '^(?<words>([a-z]+_?)*)\\d$' };
  const names = ['resnet_lr_decay_warm_up_cosine_adamw_1', 'resnet_lr_decay_warm_up_cosine_adamw_2', 'a_b'];
  expect(
    groupRuns([...names, `${'resnet_lr_decay_'.repeat(4)}!`], [endless], nothing).map((group) => group.runs),
  ).toEqual([names.slice(0, 2)]);
  expect(regexFault('(?!x)(\\w+\\s?)*$')).toMatch(/could take for ever/);
});
