import { afterEach, expect, test, vi } from 'vitest';
import { catalogueAnswer, runAnswer } from './fixture';
import { catalogue } from './catalogue.svelte';
import { notes } from './notes.svelte';
import { stream } from './stream.svelte';

class Source {
  static open = new Set<Source>();
  constructor() {
    Source.open.add(this);
  }
  addEventListener(): void {}
  close(): void {
    Source.open.delete(this);
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function stubBrowser(): void {
  vi.stubGlobal('EventSource', Source);
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('document', new EventTarget());
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('removeEventListener', () => {});
}

test('connecting again while connecting leaves one stream open', async () => {
  const answers: (() => void)[] = [];
  stubBrowser();
  vi.spyOn(catalogue, 'load').mockImplementation(
    () =>
      new Promise((resolve) =>
        answers.push(() => {
          catalogue.take(catalogueAnswer([runAnswer('a')]));
          resolve();
        }),
      ),
  );
  const stop = stream.start();
  stream.retry();
  stream.retry();
  for (const answer of answers) answer();
  await new Promise((resolve) => setTimeout(resolve));
  expect(Source.open.size).toBe(1);
  stop();
  expect(Source.open.size).toBe(0);
});

test('notes that never come do not keep the page from going live', async () => {
  vi.useFakeTimers();
  stubBrowser();
  vi.spyOn(catalogue, 'load').mockResolvedValue();
  vi.spyOn(notes, 'load').mockReturnValue(new Promise(() => {}));
  const stop = stream.start();
  await vi.advanceTimersByTimeAsync(2000);
  expect(Source.open.size).toBe(1);
  stop();
});
