import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Loader } from './loader.svelte';
import type { Wanted, Wish } from './question';
import type { Line } from './types';

const ask = vi.hoisted(() => vi.fn());
const askGroups = vi.hoisted(() => vi.fn());
vi.mock('./api', () => ({ askSeries: ask, askGroups }));

beforeEach(() => {
  vi.useFakeTimers();
  ask.mockReset();
  askGroups.mockReset();
});
afterEach(() => void vi.useRealTimers());

const wanted = (version: number): Wanted => ({
  tag: 'loss',
  runs: [{ name: 'a', version }],
  unit: 'step',
  xTag: '',
  xScale: 'linear',
  range: null,
  width: 100,
  smoother: 'ema',
  smoothing: 0,
  superseded: false,
  detail: false,
  centre: 'mean',
  band: 'minmax',
});

test('a failure stands until the run has grown, and is then asked again', async () => {
  ask.mockRejectedValueOnce(new Error('The file could not be read.')).mockResolvedValue([]);
  const loader = new Loader();
  loader.want(wanted(1));
  await vi.advanceTimersByTimeAsync(2000);
  loader.want(wanted(1));
  await vi.advanceTimersByTimeAsync(2000);
  expect([loader.failure, ask.mock.calls.length]).toEqual(['The file could not be read.', 1]);
  loader.want(wanted(2));
  await vi.advanceTimersByTimeAsync(2000);
  expect([loader.failure, ask.mock.calls.length]).toEqual([null, 2]);
});

test('another question is asked although the one before failed, and what is there has no failure', async () => {
  ask.mockResolvedValueOnce([]).mockRejectedValueOnce(new Error('No answer.')).mockResolvedValue([]);
  const loader = new Loader();
  const want = async (change: Partial<Wanted>) => {
    loader.want({ ...wanted(1), ...change });
    await vi.advanceTimersByTimeAsync(2000);
    return [loader.failure, ask.mock.calls.length];
  };
  expect(await want({})).toEqual([null, 1]);
  expect(await want({ range: [1, 2] })).toEqual(['No answer.', 2]);
  expect(await want({})).toEqual([null, 2]);
  ask.mockRejectedValueOnce(new Error('No answer.'));
  expect(await want({ range: [1, 3] })).toEqual(['No answer.', 3]);
  expect(await want({ range: [1, 4] })).toEqual([null, 4]);
});

test('rows of one axis are never drawn on another, whether they are there or still on their way', async () => {
  const answers: (() => void)[] = [];
  ask.mockImplementation(
    ({ x }: { x: string }) => new Promise((done) => answers.push(() => done([{ run: 'a', tag: x } as Line]))),
  );
  const loader = new Loader();
  const drawn = () => loader.lines([{ name: 'a' }], null).map((line) => line.tag);
  const want = async (change: Partial<Wanted>) => {
    loader.want({ ...wanted(1), ...change });
    await vi.advanceTimersByTimeAsync(500);
  };
  await want({});
  loader.want({ ...wanted(1), unit: 'wall' });
  answers[0]!(); // before the next question has been asked
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(drawn()).toEqual([]);
  await vi.advanceTimersByTimeAsync(500);
  expect(drawn()).toEqual([]);
  answers[1]!();
  await vi.advanceTimersByTimeAsync(500);
  expect(drawn()).toEqual(['wall']);
  await want({ unit: 'relative' });
  expect(drawn()).toEqual([]);
  answers[2]!();
  await vi.advanceTimersByTimeAsync(500);
  expect([drawn(), loader.asking]).toEqual([['relative'], false]);
  expect(ask.mock.calls.map(([query]) => (query as { x: string }).x)).toEqual(['step', 'wall', 'relative']);
});

test.each([
  ['another tag as the axis', { unit: 'tag', xTag: 'epoch' }, { unit: 'tag', xTag: 'tokens' }],
  ['a logarithmic axis', {}, { xScale: 'log' }],
] as const)('%s is another question', async (_, before, after) => {
  ask.mockImplementation(() => new Promise(() => {}));
  const loader = new Loader();
  loader.want({ ...wanted(1), ...before });
  await vi.advanceTimersByTimeAsync(500);
  loader.want({ ...wanted(1), ...after });
  await vi.advanceTimersByTimeAsync(500);
  expect(ask.mock.calls).toHaveLength(2);
});

test('one turn of a wheel is asked for at once, a movement at its first and its last place', async () => {
  ask.mockResolvedValue([{ run: 'a' } as Line]);
  const loader = new Loader();
  const zoomed = (low: number): Wanted => ({ ...wanted(1), range: [low, 100] });
  loader.want(wanted(1));
  await vi.advanceTimersByTimeAsync(1000);
  ask.mockClear();
  loader.want(zoomed(1));
  await vi.advanceTimersByTimeAsync(1);
  expect(ask).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1000);
  ask.mockClear();
  for (let low = 2; low < 12; low++) {
    loader.want(zoomed(low));
    await vi.advanceTimersByTimeAsync(16);
  }
  await vi.advanceTimersByTimeAsync(1000);
  const [first, last] = ask.mock.calls.map(([query]) => (query as { range: [number, number] }).range[1]);
  expect(ask).toHaveBeenCalledTimes(2);
  expect([first, last].map((high) => Math.round(high!))).toEqual([129, 127]);
});

test('runs and groups are asked for side by side, and a run that grew only for its group', async () => {
  const answer = (names: string[]) => names.map((run) => ({ run }) as Line);
  ask.mockImplementation(({ runs }: { runs: string[] }) => answer(runs));
  askGroups.mockImplementation(({ groups }: { groups: { name: string }[] }) => answer(groups.map((one) => one.name)));
  const wishes = (b: number): Wish[] => [
    { name: 'alone', version: 1 },
    { name: '/a', version: 1, members: ['a0', 'a1'] },
    { name: '/b', version: b, members: ['b0', 'b1'] },
  ];
  const loader = new Loader();
  const want = async (change: Partial<Wanted>) => {
    loader.want({ ...wanted(1), ...change });
    await vi.advanceTimersByTimeAsync(5000);
    const asked = askGroups.mock.calls.map(([query]) => (query as { groups: { name: string }[] }).groups);
    askGroups.mockClear();
    const alone = ask.mock.calls.length;
    ask.mockClear();
    return [alone, asked.flat().map((one) => one.name)];
  };
  expect(await want({ runs: wishes(1) })).toEqual([1, ['/a', '/b']]);
  expect(loader.lines(wishes(1), null).map((line) => line.run)).toEqual(['alone', '/a', '/b']);
  expect(await want({ runs: wishes(2) })).toEqual([0, ['/b']]);
  expect(await want({ runs: wishes(2), band: 'std' })).toEqual([0, ['/a', '/b']]);
  const fewer = wishes(2).map((wish) => (wish.name === '/a' ? { ...wish, members: ['a0'] } : wish));
  expect(await want({ runs: fewer, band: 'std' })).toEqual([0, ['/a']]);
  expect(await want({ runs: fewer, band: 'std', superseded: true })).toEqual([1, []]);
});
