import { expect, test } from 'vitest';
import { DEFAULT_SELECTION, defaultRuns, FIRST_RUNS, MANY_RUNS, only, selects, withSwitched } from './selection';

const all = () => true;
const runs = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ name: `r${i}`, firstWallTime: 1000 + i, advanced: true }));

test('a run switched off is off, and switching it on again leaves nothing to say', () => {
  const off = withSwitched(DEFAULT_SELECTION, ['a'], false, all);
  expect(selects(off, all)('a')).toBe(false);
  expect(selects(off, all)('b')).toBe(true);
  expect(withSwitched(off, ['a'], true, all)).toEqual(DEFAULT_SELECTION);
});

test('only this run leaves no other on, a run that appears later included', () => {
  const shown = selects(only(['a']), all);
  expect([shown('a'), shown('later')]).toEqual([true, false]);
});

test('a run outside the default can be switched on', () => {
  const none = () => false;
  const on = withSwitched(DEFAULT_SELECTION, ['old'], true, none);
  expect(on).toEqual({ base: 'default', on: ['old'], off: [] });
  expect(selects(on, none)('old')).toBe(true);
});

test(`up to ${MANY_RUNS} runs are all on by default`, () => {
  expect(defaultRuns(runs(MANY_RUNS)).size).toBe(MANY_RUNS);
});

test(`of more, the ${FIRST_RUNS} that began last are on`, () => {
  const chosen = defaultRuns(runs(MANY_RUNS + 1));
  expect(chosen.size).toBe(FIRST_RUNS);
  expect(chosen.has(`r${MANY_RUNS}`)).toBe(true);
  expect(chosen.has('r0')).toBe(false);
});

test('runs that never went beyond step 0 come after those that did', () => {
  const summaries = runs(40).map((run) => ({ name: `${run.name}/hparams`, firstWallTime: 5000, advanced: false }));
  const chosen = defaultRuns([...summaries, ...runs(15)]);
  expect(runs(15).every((run) => chosen.has(run.name))).toBe(true);
  expect(chosen.size).toBe(FIRST_RUNS);
});
