import { beforeEach, expect, test, vi } from 'vitest';
import { FIRST_RUNS } from '../lib/selection';
import { slotOf } from '../lib/slot';
import { catalogue } from './catalogue.svelte';
import { catalogueAnswer, runAnswer } from './fixture';
import { runs } from './runs.svelte';
import { view } from './view.svelte';

const names = () => runs.drawn.map((run) => run.name);
const take = (...all: string[]) =>
  catalogue.take(catalogueAnswer(all.map((name, i) => runAnswer(name, { first_wall_time: 1000 + i }))));

beforeEach(() => {
  vi.stubGlobal('location', new URL('http://127.0.0.1:6006/'));
  view.reset();
  runs.forget();
  take('sweep/a', 'sweep/b', 'sweep/c');
});

test('all of a few runs are drawn, in natural order', () => {
  expect(names()).toEqual(['sweep/a', 'sweep/b', 'sweep/c']);
});

test('what is drawn is switched on and passes the filter', () => {
  runs.switch(['sweep/a'], false);
  view.runFilter = 'a|b';
  expect(names()).toEqual(['sweep/b']);
});

test('a broken expression keeps the last good result and says why', () => {
  view.runFilter = '^sweep/(a|b)$';
  expect(names()).toEqual(['sweep/a', 'sweep/b']);
  view.runFilter = '^sweep/(a|b';
  expect(runs.filter.mistake).toMatchObject({ at: 7, end: 8 });
  expect(names()).toEqual(['sweep/a', 'sweep/b']);
});

test('switching all off with a filter leaves the others on', () => {
  view.runFilter = 'a';
  runs.switchAll(false);
  view.runFilter = '';
  expect(names()).toEqual(['sweep/b', 'sweep/c']);
});

test('of many runs the newest are on, and a later one joins them without any of them going', () => {
  const many = Array.from({ length: 60 }, (_, i) => `r${i}`);
  runs.forget();
  take(...many);
  const before = names();
  expect(before).toEqual(many.slice(-FIRST_RUNS));
  expect(runs.thinned).toBe(true);
  take(...many, 'r60');
  expect(names()).toEqual([...before, 'r60']);
});

test('two drawn runs of one colour differ in their dashes; the first is solid', () => {
  const twins = ['sweep/a', 'sweep/b'];
  for (const name of twins) runs.paint(name, 3);
  expect(runs.style(twins[0]!).colour).toBe(runs.style(twins[1]!).colour);
  expect(runs.style(twins[0]!).dash).toEqual([]);
  expect(runs.style(twins[1]!).dash).not.toEqual([]);
});

test('nothing is chosen for good before all is read, also when that is heard before the catalogue that has it all', () => {
  const answer = (done: boolean, last_step: number | null) => {
    const progress = { files: 60, bytes_total: 10, bytes_read: done ? 10 : 5, done };
    const many = Array.from({ length: 60 }, (_, i) =>
      runAnswer(`r${i}`, { first_wall_time: last_step === null ? null : 1000 + i, last_step }),
    );
    return catalogueAnswer(many, { progress });
  };
  runs.forget();
  catalogue.take(answer(false, null));
  catalogue.progress = answer(true, null).progress; // the stream is quicker
  expect(names()).toHaveLength(FIRST_RUNS);
  catalogue.take(answer(true, 100));
  expect(names()).toContain('r59');
  expect(names()).not.toContain('r0');
});

test('a colour chosen by hand wins, and giving it back leaves no trace', () => {
  const other = (runs.style('sweep/a').slot % 12) + 1;
  runs.paint('sweep/a', other);
  expect(runs.style('sweep/a').slot).toBe(other);
  runs.paint('sweep/a', null);
  expect(view.colours).toEqual({});
});

test('the part all names share is told apart from the rest', () => {
  expect([runs.prefix, runs.label('sweep/a')]).toEqual(['sweep/', 'a']);
});

test('switching a run off recolours no other', () => {
  const twins = ['sweep/a'];
  for (let i = 0; twins.length < 2; i++) if (slotOf(`t${i}`) === slotOf('sweep/a')) twins.push(`t${i}`);
  take(...twins);
  const before = runs.style(twins[1]!).slot;
  expect(before).not.toBe(runs.style(twins[0]!).slot);
  runs.switch([twins[0]!], false);
  expect(runs.style(twins[1]!).slot).toBe(before);
});

test('a way out offers the runs that pass the filter and keeps it; where none does it clears it', () => {
  const many = Array.from({ length: 60 }, (_, i) => `r${String(i).padStart(2, '0')}`);
  runs.forget();
  take(...many);
  expect(runs.newest).toBe(true);
  runs.switchAll(false);
  expect(runs.newest).toBe(false);
  view.runFilter = 'r0';
  expect(names()).toEqual([]);
  expect(runs.newest).toBe(false);
  expect(runs.offered(many)).toHaveLength(10);
  runs.showOffered(many);
  expect(view.runFilter).toBe('r0');
  expect(names()).toEqual(many.slice(0, 10));
  view.runFilter = 'nothing';
  runs.showOffered(many);
  expect(view.runFilter).toBe('');
  expect(names()).toEqual(many);
});

test('of many runs a filter draws what it leaves, or the newest of that, as long as it stands', () => {
  const many = Array.from({ length: 70 }, (_, i) => `r${String(i).padStart(2, '0')}`);
  runs.forget();
  take(...many);
  view.runFilter = 'r0';
  expect(names()).toEqual(many.slice(0, 10));
  runs.switch(['r03'], false);
  expect(names()).toHaveLength(9);
  view.runFilter = 'r[0-5]';
  expect(names()).toEqual(many.slice(40, 60));
  view.runFilter = '';
  expect(names()).toEqual(many.slice(-FIRST_RUNS));
});

test('of many runs those switched on by hand under a filter stay when it goes', () => {
  const many = Array.from({ length: 120 }, (_, i) => `${i % 2 ? 'cnn' : 'vit'}${String(i).padStart(3, '0')}`).sort();
  const vits = many.filter((name) => name.startsWith('vit'));
  runs.forget();
  catalogue.take(
    catalogueAnswer(many.map((name) => runAnswer(name, { first_wall_time: 1000 + Number(name.slice(3)) }))),
  );
  const chosen = names();
  view.runFilter = 'vit';
  const drawn = names();
  runs.switchAll(true);
  expect(names()).toEqual(vits);
  view.runFilter = '';
  expect(names()).toEqual([...new Set([...chosen, ...vits])].sort());
  expect(new URL(runs.link()).searchParams.getAll('show').sort()).toEqual(names());
  // ... off and on again too.
  view.reset();
  view.runFilter = 'vit';
  const one = drawn.find((name) => !chosen.includes(name))!;
  runs.switch([one], false);
  expect(names()).not.toContain(one);
  runs.switch([one], true);
  view.runFilter = '';
  expect(names()).toEqual([...chosen, one].sort());
});

test('a link says which runs the page chose; who opens it sees those, whatever came since', () => {
  const many = Array.from({ length: 60 }, (_, i) => `r${i}`);
  runs.forget();
  take(...many);
  runs.switch(['r3'], true);
  const seen = names();
  const query = new URL(runs.link()).searchParams;
  expect(query.get('select')).toBe('none');
  expect(query.getAll('show')).toEqual(expect.arrayContaining(seen));
  expect(query.getAll('show')).toHaveLength(seen.length);
});

test('a link to all of a few runs is one to all of them', () => {
  runs.switch(['sweep/b'], false);
  const query = new URL(runs.link()).searchParams;
  expect([query.get('select'), query.getAll('show'), query.getAll('hide')]).toEqual(['all', [], ['sweep/b']]);
});
