import { afterEach, expect, test, vi } from 'vitest';
import { catalogue } from './catalogue.svelte';
import { catalogueAnswer, runAnswer } from './fixture';
import { tagWords } from './tagWords.svelte';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('words are asked for once, and again only when the catalogue has changed', async () => {
  vi.useFakeTimers();
  let asked = 0;
  vi.stubGlobal('fetch', () => {
    asked++;
    const body = { tags: [{ tag: 'loss', display_name: 'Loss', described: false }] };
    return Promise.resolve(new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } }));
  });
  const answer = catalogueAnswer([runAnswer('a')]);
  catalogue.take(answer);
  const stop = $effect.root(() => {
    $effect(() => tagWords.need('scalar'));
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect([asked, tagWords.of('scalar', 'loss')?.displayName]).toEqual([1, 'Loss']);
  catalogue.take({ ...answer });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toBe(2);
  stop();
});
