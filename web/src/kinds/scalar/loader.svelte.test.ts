import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Loader, type Wanted } from './loader.svelte';

const ask = vi.hoisted(() => vi.fn());
vi.mock('./api', () => ({ askSeries: ask }));

beforeEach(() => void vi.useFakeTimers());
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
