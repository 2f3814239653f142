import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { metricId } from '../lib/field';
import { catalogue } from './catalogue.svelte';
import { fields } from './fields.svelte';
import { catalogueAnswer, runAnswer } from './fixture';
import { stream } from './stream.svelte';
import { view } from './view.svelte';

interface Asked {
  fields: string[];
  runs: string[] | null;
}
let asked: Asked[];
/** What the server knows of each run; text is told as it is. */
let known: Record<string, Record<string, unknown>>;

const json = (body: unknown) => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });

function answer(_url: string, init?: RequestInit): Response {
  if (init?.method !== 'POST')
    return json({ hparams: [{ name: 'lr', type: 'number', distinct: 2, values: [0.1, 0.2] }] });
  const question = JSON.parse(init.body as string) as Asked;
  asked.push(question);
  const runs = question.runs ?? Object.keys(known);
  return json({
    runs,
    columns: question.fields.map((field) => {
      const found = runs.map((run) => known[run]?.[field] ?? null);
      const rows = (word: string) => found.flatMap((value, row) => (value === word ? [row] : []));
      const values = found.map((value) => (['nan', 'inf', '-inf'].includes(value as string) ? null : value));
      return { field, values, nan: rows('nan'), posinf: rows('inf'), neginf: rows('-inf'), better: 'low' };
    }),
  });
}

const settle = async () => {
  for (let i = 0; i < 20; i++) await vi.advanceTimersByTimeAsync(0);
};
const take = (versions: Record<string, number>) =>
  catalogue.take(catalogueAnswer(Object.entries(versions).map(([name, version]) => runAnswer(name, { version }))));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.stubGlobal(
    'fetch',
    vi.fn((url: string, init?: RequestInit) => Promise.resolve(answer(url, init))),
  );
  view.reset();
  asked = [];
  known = { a: { 'hparam:lr': 0.1 }, b: { 'hparam:lr': 'nan', 'metric:loss.last': '-inf' } };
  take({ a: 1, b: 1 });
});
afterEach(async () => {
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('what is needed is asked for once, and NaN and infinities come through', async () => {
  const stop = fields.need(['hparam:lr', 'metric:loss.last', 'step']);
  expect(fields.value('a', 'hparam:lr')).toBeUndefined();
  await settle();
  expect(asked).toEqual([{ fields: ['hparam:lr', 'metric:loss.last'], runs: null }]);
  expect([fields.value('a', 'hparam:lr'), fields.value('b', 'hparam:lr')]).toEqual([0.1, NaN]);
  expect([fields.value('a', 'metric:loss.last'), fields.value('b', 'metric:loss.last')]).toEqual([null, -Infinity]);
  expect(fields.names.map((one) => one.name)).toContain('lr');
  stop();
});

test('a run that grew is asked for again, alone and not at once', async () => {
  const stop = fields.need(['metric:acc.max']);
  await settle();
  asked = [];
  known['b']!['metric:acc.max'] = 0.9;
  catalogue.grow([runAnswer('b', { version: 2 })]);
  stream.beats++;
  await settle();
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(1500);
  expect(asked).toEqual([{ fields: ['metric:acc.max'], runs: ['b'] }]);
  expect(fields.value('b', 'metric:acc.max')).toBe(0.9);
  stop();
});

test('what nobody needs any more is not asked for', async () => {
  fields.need(['metric:gone.max'])();
  const stop = fields.need(['metric:kept.max']);
  await settle();
  asked = [];
  catalogue.grow([runAnswer('a', { version: 5 })]);
  stream.beats++;
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked.flatMap((one) => one.fields)).toEqual(['metric:kept.max']);
  stop();
});

test('best is what the user says it is', async () => {
  known['a'] = { 'metric:err.best': 1, 'metric:err.max': 9 };
  const stop = fields.need([metricId('err', 'best')]);
  await settle();
  expect([fields.better('err'), fields.value('a', 'metric:err.best')]).toEqual(['low', 1]);
  expect(fields.better('constructor')).toBe('unknown');
  view.table.better = { err: 'high' };
  await vi.advanceTimersByTimeAsync(3000);
  expect([fields.better('err'), fields.value('a', 'metric:err.best')]).toEqual(['high', 9]);
  stop();
});

test('a failure is said, keeps what is known, and the next reason to ask is taken', async () => {
  const stop = fields.need(['metric:x.last']);
  await settle();
  vi.mocked(fetch).mockRejectedValue(new TypeError('gone'));
  catalogue.grow([runAnswer('a', { version: 9 })]);
  stream.beats++;
  await vi.advanceTimersByTimeAsync(3000);
  expect(fields.failure).toBe('The server did not answer.');
  vi.mocked(fetch).mockImplementation((url, init) => Promise.resolve(answer(url as string, init)));
  known['a'] = { 'metric:x.last': 5 };
  stream.returned++;
  await vi.advanceTimersByTimeAsync(3000);
  expect([fields.failure, fields.value('a', 'metric:x.last')]).toEqual([null, 5]);
  stop();
});

test('what every run has comes from the catalogue', () => {
  const ids = ['name', 'step', 'time', 'started', 'speed', 'points', 'state', 'restarts', 'damage'];
  expect(ids.map((id) => fields.value('a', id))).toEqual(['a', 100, 1000, 1000, 0.1, 10, 'finished', 0, 0]);
});
