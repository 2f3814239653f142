import { beforeEach, expect, test } from 'vitest';
import { flushSync } from 'svelte';
import { catalogue } from './catalogue.svelte';
import { catalogueAnswer, runAnswer } from './fixture';

beforeEach(() => catalogue.take(catalogueAnswer([runAnswer('a'), runAnswer('b')])));

test('tags know their runs, and runs that share a set share the array', () => {
  const [loss, acc] = catalogue.tags('scalar');
  expect([catalogue.has(loss!, 1), catalogue.has(acc!, 1), catalogue.has(acc!, 0)]).toEqual([true, false, true]);
  expect(catalogue.tags('nothing like that')).toEqual([]);
});

test('who reads one run hears of that run only', () => {
  const heard: number[] = [];
  const stop = $effect.root(() => {
    $effect(() => void heard.push(catalogue.version('a')));
  });
  flushSync();
  catalogue.grow([runAnswer('b', { version: 7 })]);
  flushSync();
  expect(heard).toEqual([1]);
  catalogue.grow([runAnswer('a', { version: 8 })]);
  flushSync();
  expect(heard).toEqual([1, 8]);
  stop();
});

test('the list of runs stays the same object while runs only grow', () => {
  const before = catalogue.runs;
  catalogue.take(catalogueAnswer([runAnswer('a', { version: 9, last_step: 200 }), runAnswer('b')]));
  expect(catalogue.runs).toBe(before);
  expect(catalogue.live('a')?.lastStep).toBe(200);
});

test('a catalogue that is older than what the stream told takes nothing back', () => {
  catalogue.grow([runAnswer('a', { version: 12, last_step: 500, state: 'live' })]);
  catalogue.take(catalogueAnswer([runAnswer('a', { version: 10, last_step: 300 }), runAnswer('b')]));
  expect(catalogue.live('a')).toMatchObject({ version: 12, lastStep: 500, state: 'live' });
});

test('versions grow also when a server that was started again counts from the beginning', () => {
  catalogue.grow([runAnswer('a', { version: 12, last_step: 500 })]);
  const before = ['a', 'b'].map((run) => catalogue.version(run));
  const again = [runAnswer('a', { version: 2, last_step: 7 }), runAnswer('b', { version: 12 })];
  catalogue.take(catalogueAnswer(again, { cursor: 'other-2' }));
  const after = ['a', 'b'].map((run) => catalogue.version(run));
  expect(catalogue.live('a')?.lastStep).toBe(7);
  expect(Math.min(...after)).toBeGreaterThan(Math.max(...before));
  catalogue.grow([runAnswer('a', { version: 3 })]);
  expect(catalogue.version('a')).toBe(after[0]! + 1);
  catalogue.take(catalogueAnswer([runAnswer('a'), runAnswer('b')]));
});

test('a run that went is forgotten', () => {
  catalogue.take(catalogueAnswer([runAnswer('b')]));
  expect(catalogue.live('a')).toBeUndefined();
  expect(catalogue.runs.map((run) => run.name)).toEqual(['b']);
});

test('live and damaged runs are counted', () => {
  catalogue.take(
    catalogueAnswer([runAnswer('a', { state: 'live', version: 2 }), runAnswer('b', { damage: 3, version: 2 })]),
  );
  expect(catalogue.counts).toEqual({ live: 1, damaged: 1, places: 3 });
});

test("the title is the log directory's last two parts", () => {
  expect(catalogue.title).toBe('runs/digits');
});
