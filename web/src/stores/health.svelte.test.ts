import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Finding } from '../lib/health';
import { catalogue } from './catalogue.svelte';
import { catalogueAnswer, runAnswer } from './fixture';
import { health } from './health.svelte';

/** The questions: run -> mark. */
let asked: Record<string, string>[];
let known: Record<string, { mark: string; findings: Finding[] }>;
let waiting: Set<string>;
let failing: boolean;

const NAN: Finding = {
  what: 'nan',
  severity: 'bad',
  tag: 'loss',
  step: 5,
  wall_time: null,
  magnitude: 1,
  words: 'is NaN',
};
const SPIKE: Finding = { ...NAN, what: 'spike', severity: 'warn', step: 2, words: 'rose' };

function answer(_url: string, init?: RequestInit): Promise<Response> {
  if (failing) return Promise.reject(new TypeError('no connection'));
  const { runs } = JSON.parse(init!.body as string) as { runs: Record<string, string> };
  asked.push(runs);
  const names = Object.keys(runs);
  const body = {
    runs: names
      .filter((run) => known[run] !== undefined && known[run].mark !== runs[run])
      .map((run) => ({ run, more: 0, restarts: [], ...known[run] })),
    waiting: names.filter((run) => waiting.has(run)),
  };
  return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }));
}

const take = (versions: Record<string, number>) =>
  catalogue.take(catalogueAnswer(Object.entries(versions).map(([name, version]) => runAnswer(name, { version }))));
const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

let stop: () => void = () => undefined;
let round = 0;
/** The store outlives a test: each has runs of its own. */
let a = '';
let b = '';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  vi.stubGlobal('fetch', vi.fn(answer));
  [asked, known, waiting, failing] = [[], {}, new Set(), false];
  round++;
  [a, b] = [`a${round}`, `b${round}`];
});
afterEach(async () => {
  stop();
  await later(60_000);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('only runs that somebody needs are asked for, and those that are known not again', async () => {
  take({ [a]: 1, [b]: 1 });
  known = { [a]: { mark: '1', findings: [SPIKE, NAN] } };
  stop = health.need([a]);
  await later(2000);
  expect(asked).toEqual([{ [a]: '' }]);
  expect(health.of(a)).toEqual([NAN, SPIKE]);
  expect([health.field(a), health.words(a)]).toEqual(['nan', ['nan', 'spike']]);
  expect([health.field(b), health.words(b), health.of(b)]).toEqual([undefined, undefined, []]);
  expect(health.ofTag('loss')).toEqual([
    { run: a, finding: NAN },
    { run: a, finding: SPIKE },
  ]);
  await later(30_000);
  expect(asked.length).toBe(1);
});

test('what is being examined is asked for again until it is known', async () => {
  take({ [a]: 1, [b]: 1 });
  waiting = new Set([a, b]);
  stop = health.needAll();
  await later(1400);
  expect(asked).toEqual([]); // the page's first charts come first
  await later(500);
  expect(asked.length).toBeGreaterThan(1);
  known = { [b]: { mark: '1', findings: [] } };
  waiting.delete(b);
  await later(2000);
  expect(health.waiting).toEqual([a]);
  expect([health.field(b), health.words(b)]).toEqual([null, ['ok']]);
  expect(asked.at(-1)).toEqual({ [a]: '' });
  known[a] = { mark: '7', findings: [NAN] };
  waiting.clear();
  await later(3000);
  expect([health.waiting, health.field(a)]).toEqual([[], 'nan']);
});

test('a run that grew is asked about with the mark of what is known', async () => {
  take({ [a]: 1, [b]: 1 });
  known = { [a]: { mark: '1', findings: [] }, [b]: { mark: '1', findings: [] } };
  stop = health.needAll();
  await later(2000);
  take({ [a]: 1, [b]: 2 });
  known[b] = { mark: '2', findings: [NAN] };
  const again = health.need([]); // as an event of the stream does, it looks what there is to ask
  await later(2000);
  again();
  expect(asked.at(-1)).toEqual({ [b]: '1' });
  expect(health.rank(b)).toBeGreaterThan(0);
});

test('a run that is gone is forgotten', async () => {
  take({ [a]: 1, [b]: 1 });
  known = { [a]: { mark: '1', findings: [NAN] } };
  stop = health.needAll();
  await later(2000);
  take({ [b]: 2 });
  const again = health.need([]);
  await later(2000);
  again();
  expect([health.field(a), health.ofTag('loss')]).toEqual([undefined, []]);
});

test('a question that fails is asked again later, and not at once for ever', async () => {
  take({ [a]: 1 });
  known = { [a]: { mark: '1', findings: [NAN] } };
  failing = true;
  stop = health.need([a]);
  await later(5000);
  expect(vi.mocked(fetch).mock.calls.length).toBeLessThan(3);
  failing = false;
  const again = health.need([]);
  await later(2000);
  again();
  expect(health.field(a)).toBe('nan');
});

test('a run that grows while its question is on its way is asked about again', async () => {
  let arrive: () => void = () => undefined;
  vi.mocked(fetch).mockImplementationOnce(async (url, init) => {
    const told = answer(url as string, init);
    await new Promise<void>((done) => (arrive = done));
    return told;
  });
  take({ [a]: 1 });
  known = { [a]: { mark: '1', findings: [] } };
  stop = health.need([a]);
  await later(2000);
  expect(asked).toEqual([{ [a]: '' }]);
  take({ [a]: 2 });
  known = { [a]: { mark: '2', findings: [NAN] } };
  arrive();
  await later(3000);
  expect(asked.at(-1)).toEqual({ [a]: '1' });
  expect(health.field(a)).toBe('nan');
});
