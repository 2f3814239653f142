import { flushSync } from 'svelte';
import { expect, test, vi } from 'vitest';
import { catalogue } from './catalogue.svelte';
import { damage } from './damage.svelte';
import { catalogueAnswer, runAnswer } from './fixture';

const EMPTY = { files: [], directories: [], file_count: 0, read_bytes: 0, records: 0, index_problem: '' };

test('the ledger is asked for when it may say something new, and not with every byte that is read', async () => {
  const asked = vi.fn((_url: string) => Promise.resolve(Response.json(EMPTY)));
  vi.stubGlobal('fetch', asked);
  const stop = damage.start();
  const growing = (bytes_read: number, change = {}) => {
    const run = runAnswer('a', { state: 'live', version: bytes_read, ...change });
    catalogue.take(catalogueAnswer([run], { progress: { files: 1, bytes_total: bytes_read, bytes_read, done: true } }));
    flushSync();
  };
  growing(10);
  expect(asked).toHaveBeenCalledTimes(1);
  for (const bytes of [20, 30, 40]) growing(bytes);
  expect(asked).toHaveBeenCalledTimes(1);
  growing(50, { damage: 1 });
  expect(asked).toHaveBeenCalledTimes(2);
  growing(60, { damage: 1, state: 'finished' });
  expect(asked).toHaveBeenCalledTimes(3);
  stop();
  vi.unstubAllGlobals();
});
