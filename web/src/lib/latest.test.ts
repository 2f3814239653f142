import { expect, test } from 'vitest';
import { Latest } from './latest';

test('the overtaken answer is stale, however late it comes, and its request is aborted', async () => {
  const latest = new Latest();
  let answer!: (value: string) => void;
  let signal!: AbortSignal;
  const first = latest.run((s) => ((signal = s), new Promise<string>((resolve) => (answer = resolve))));
  const second = latest.run(() => Promise.resolve('new'));
  answer('old');
  expect(signal.aborted).toBe(true);
  expect(await first).toEqual({ stale: true });
  expect(await second).toEqual({ stale: false, value: 'new' });
});

test('an error of the newest question is passed on, of an overtaken one dropped', async () => {
  const latest = new Latest();
  const first = latest.run(() => Promise.reject(new Error('late')));
  const second = latest.run(() => Promise.reject(new Error('now')));
  expect(await first).toEqual({ stale: true });
  await expect(second).rejects.toThrow('now');
});

test('what was cancelled is stale', async () => {
  const latest = new Latest();
  const pending = latest.run(() => Promise.resolve(1));
  latest.cancel();
  expect(await pending).toEqual({ stale: true });
});
