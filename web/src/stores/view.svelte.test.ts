import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { KINDS } from '../kinds';
import { view } from './view.svelte';

const kind = KINDS.find((one) => one.name === 'image')!;
let stop: () => void;
let listeners: Record<string, () => void>;
/** The entries of the history that were added. */
let added: string[];

beforeEach(() => {
  vi.useFakeTimers();
  listeners = {};
  added = [];
  const location = { search: '?tab=image', pathname: '/', origin: 'http://here' };
  vi.stubGlobal('location', location);
  vi.stubGlobal('history', {
    state: null,
    replaceState: (_: unknown, __: string, to: string) => (location.search = to.slice(to.indexOf('?'))),
    pushState: (_: unknown, __: string, to: string) => added.push((location.search = to.slice(to.indexOf('?')))),
  });
  vi.stubGlobal('navigator', { userActivation: { isActive: true } });
  vi.stubGlobal('addEventListener', (name: string, does: () => void) => (listeners[name] = does));
  vi.stubGlobal('removeEventListener', () => {});
  stop = view.start();
  flushSync();
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('every change is in the address within the interval, the last of many too', () => {
  const settings = view.settings(kind.settings);
  for (const zoom of ['1', '3', '6']) {
    settings['zoom'] = zoom;
    flushSync();
  }
  vi.advanceTimersByTime(300);
  expect(location.search).toContain('image.zoom=6');
  settings['zoom'] = '3';
  flushSync();
  vi.advanceTimersByTime(300);
  expect(location.search).toContain('image.zoom=3');
});

test('a room that is open is still heard after everything was reset, and after Back', () => {
  const settings = view.settings(kind.settings);
  view.reset();
  settings['zoom'] = '6';
  flushSync();
  vi.advanceTimersByTime(300);
  expect(location.search).toContain('image.zoom=6');
  location.search = '?tab=image';
  listeners['popstate']!();
  expect(settings['zoom']).toBe('fit');
  settings['zoom'] = '3';
  flushSync();
  vi.advanceTimersByTime(300);
  expect(location.search).toContain('image.zoom=3');
});

test('a link that is only looked at changes nothing that is remembered', () => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  });
  stop();
  location.search = '?tab=scalar&scalar.pinned=hers';
  stop = view.start();
  flushSync();
  expect(kept.size).toBe(0);
  const settings = view.settings(KINDS.find((one) => one.name === 'scalar')!.settings);
  settings['pinned'] = ['mine'];
  flushSync();
  expect([...kept.values()].join()).toContain('mine');
});

/** What she does, in the address. */
function does(act: () => void): void {
  act();
  flushSync();
  vi.advanceTimersByTime(300);
}

test('typing on is one step; on another dashboard, or after a comparison, it is another', () => {
  const type = (text: string) => does(() => (view.runFilter = text));
  type('c');
  type('cn');
  expect(added).toHaveLength(1);
  does(() => view.open('scalar'));
  type('cnn');
  expect(added.map((query) => new URLSearchParams(query).get('runs'))).toEqual(['c', 'cn', 'cnn']);
  does(() => view.compare(['a', 'b']));
  type('cnn_');
  expect(added).toHaveLength(5);
});

test('what lies between two steps and is none does not make them one', () => {
  vi.advanceTimersByTime(10_000); // since the test before
  does(() => (view.runFilter = 'c'));
  for (let i = 0; i < 20; i++) does(() => (view.step = i));
  does(() => (view.runFilter = 'cnn'));
  expect(added).toHaveLength(2);
});
