/** Which tab leads: one at a time, another one when it has gone or was silent for too long. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Tabs } from './tabs';

interface Waiting {
  take: () => void;
  refuse: (reason: Error) => void;
}

/** One lock as the Web Locks standard has it: held by one at a time, queued for, stolen. */
class Locks {
  #holder: Waiting | null = null;
  #queue: Waiting[] = [];

  request(
    _name: string,
    { ifAvailable, steal, signal }: LockOptions,
    does: (lock: object | null) => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        take: () => {
          this.#holder = waiting;
          does({}).then(() => {
            if (this.#holder === waiting) this.#pass();
            resolve();
          }, reject);
        },
        refuse: reject,
      };
      if (steal) {
        this.#holder?.refuse(new DOMException('stolen', 'AbortError'));
        waiting.take();
      } else if (this.#holder === null) waiting.take();
      else if (ifAvailable) does(null).then(resolve, reject);
      else {
        this.#queue.push(waiting);
        signal?.addEventListener('abort', () => {
          this.#queue = this.#queue.filter((one) => one !== waiting);
          reject(new DOMException('aborted', 'AbortError'));
        });
      }
    });
  }

  #pass(): void {
    this.#holder = null;
    this.#queue.shift()?.take();
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve));
let open: Tabs<string>[] = [];

/** A tab and what it was told, oldest first. */
function openTab(): { tabs: Tabs<string>; told: string[] } {
  const told: string[] = [];
  const tabs = new Tabs<string>('name', {
    lead: () => told.push('lead'),
    follow: () => told.push('follow'),
    hear: (message) => told.push(message),
  });
  open.push(tabs);
  tabs.start();
  return { tabs, told };
}

beforeEach(() => vi.stubGlobal('navigator', { locks: new Locks() }));

afterEach(() => {
  for (const tabs of open) tabs.stop();
  open = [];
  vi.unstubAllGlobals();
});

test('the first tab leads, and the next one when it has gone', async () => {
  const [first, second, third] = [openTab(), openTab(), openTab()];
  await settle();
  expect([first.told, second.told, third.told]).toEqual([['lead'], ['follow'], ['follow']]);
  first.tabs.stop();
  await settle();
  expect(first.tabs.leading).toBe(false);
  expect([second.told, third.told]).toEqual([['follow', 'lead'], ['follow']]);
});

test('a tab that takes over leads alone, and the one before gets it back when it has gone', async () => {
  const [first, second, third] = [openTab(), openTab(), openTab()];
  await settle();
  second.tabs.takeOver();
  await settle();
  expect([first.tabs.leading, second.tabs.leading, third.tabs.leading]).toEqual([false, true, false]);
  expect(first.told).toEqual(['lead', 'follow']);
  expect(second.told).toEqual(['follow', 'lead']);
  second.tabs.takeOver(); // it leads already
  await settle();
  expect(second.told).toEqual(['follow', 'lead']);

  second.tabs.stop();
  await settle();
  third.tabs.stop();
  await settle();
  expect(first.told).toEqual(['lead', 'follow', 'lead']);
  expect(first.tabs.leading).toBe(true);
});

test('what one tab tells, every other hears', async () => {
  const [first, second, third] = [openTab(), openTab(), openTab()];
  await settle();
  second.tabs.tell('grew');
  await vi.waitFor(() => expect([first.told.at(-1), third.told.at(-1)]).toEqual(['grew', 'grew']));
  expect(second.told).toEqual(['follow']);
});

test('without locks every tab leads itself', () => {
  vi.stubGlobal('navigator', {});
  const [first, second] = [openTab(), openTab()];
  expect([first.told, second.told]).toEqual([['lead'], ['lead']]);
  second.tabs.takeOver();
  expect(second.told).toEqual(['lead']);
});
