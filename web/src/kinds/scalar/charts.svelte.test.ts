import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { catalogueAnswer, runAnswer } from '../../stores/fixture';

const kept = new Map<string, string>();

beforeEach(() => {
  vi.resetModules();
  kept.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** The store as a visit finds it that remembers these charts, in a log directory with these tags. */
async function visit(texts: string[], ...tags: string[]) {
  kept.set('sightline.charts', JSON.stringify(texts));
  const { catalogue } = await import('../../stores/catalogue.svelte');
  const { charts } = await import('./charts.svelte');
  const take = (...names: string[]) => {
    const scalars = {
      name: 'scalar',
      title: 'Scalars',
      supported: true,
      tags: names.map((name) => ({ name, runs: 0 })),
    };
    catalogue.take(catalogueAnswer([runAnswer('a')], { kinds: [scalars] }));
    flushSync();
  };
  take(...tags);
  return { charts, take, view: (await import('../../stores/view.svelte')).view };
}
const names = (charts: { list: readonly { name: string }[] }) => charts.list.map((one) => one.name);

test('kept charts are shown as soon as a tag of theirs is there, each once', async () => {
  const { charts, take } = await visit(['t,now,loss', 't,later,acc', 'r,never,^x'], 'loss');
  charts.recall();
  expect(names(charts)).toEqual(['now']);
  take('loss', 'acc');
  charts.recall();
  expect(names(charts)).toEqual(['now', 'later']);
  charts.remove('now');
  charts.recall();
  expect(names(charts)).toEqual(['later']);
});

test('a link shows what it says and no more', async () => {
  const { charts, view } = await visit(['t,mine,loss'], 'loss');
  view.linked = true;
  charts.recall();
  expect(names(charts)).toEqual([]);
});

test('what is made is kept, what is changed keeps its place and its zoom, what is removed is forgotten', async () => {
  const { charts, view } = await visit([], 'loss', 'acc');
  charts.put({ name: 'one', tags: ['loss'], pattern: null });
  charts.put({ name: 'two', tags: ['acc'], pattern: null });
  const { SETTINGS } = await import('./settings');
  const settings = view.settings(SETTINGS);
  settings.zoom = ['1,2,chart:one', '3,4,loss'];
  settings.zoomY = ['5,6,chart:one'];
  settings.yOf = ['log,chart:one', 'log,chart:on'];
  settings.sizes = ['2,300,chart:one'];
  settings.valuesOf = ['loss', 'chart:one'];
  settings.pinned = ['chart:one', 'one'];
  charts.put({ name: 'first', tags: ['loss', 'acc'], pattern: null }, 'one');
  expect(names(charts)).toEqual(['first', 'two']);
  expect(settings.zoom).toEqual(['1,2,chart:first', '3,4,loss']);
  expect(settings.zoomY).toEqual(['5,6,chart:first']);
  expect(settings.yOf).toEqual(['log,chart:first', 'log,chart:on']);
  expect(settings.sizes).toEqual(['2,300,chart:first']);
  expect(settings.valuesOf).toEqual(['loss', 'chart:first']);
  expect(settings.pinned).toEqual(['chart:first', 'one']);
  expect(JSON.parse(kept.get('sightline.charts')!)).toEqual(['t,two,acc', 't,first,loss,acc']);
  charts.remove('two');
  expect(JSON.parse(kept.get('sightline.charts')!)).toEqual(['t,first,loss,acc']);
});

test('a card dropped on a chart of named tags joins it, on any other makes a new one', async () => {
  const { charts } = await visit([], 'loss', 'acc', 'lr');
  const spec = (id: string) => charts.specOf(id);
  const made = charts.combine(spec('loss'), spec('acc'));
  expect(charts.specOf(made).tags).toEqual(['loss', 'acc']);
  expect(charts.combine(spec(made), spec('lr'))).toBe(made);
  expect(charts.specOf(made).tags).toEqual(['loss', 'acc', 'lr']);
  expect(charts.list).toHaveLength(1);
});

test('the last combining is undone: the chart is what it was, or is gone', async () => {
  const { charts } = await visit([], 'loss', 'acc', 'lr');
  const made = charts.combine(charts.specOf('loss'), charts.specOf('acc'));
  charts.combine(charts.specOf(made), charts.specOf('lr'));
  charts.undoCombine();
  expect(charts.specOf(made).tags).toEqual(['loss', 'acc']);
  charts.undoCombine(); // nothing to undo
  expect(charts.list).toHaveLength(1);
  charts.remove(charts.list[0]!.name);
  charts.combine(charts.specOf('loss'), charts.specOf('acc'));
  charts.undoCombine();
  expect(charts.list).toEqual([]);
});
