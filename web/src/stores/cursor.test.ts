import { beforeEach, expect, test, vi } from 'vitest';
import { catalogue } from './catalogue.svelte';
import { escapeLast, onEscape } from '../lib/escape';
import { cursor } from './cursor.svelte';
import { catalogueAnswer, runAnswer } from './fixture';
import { runs } from './runs.svelte';
import { view } from './view.svelte';

const lane = (steps: number[]) => ({ name: 'images', steps, first: steps[0]!, last: steps.at(-1)! });

beforeEach(() => {
  view.reset();
  runs.forget();
  cursor.show([]);
  // Forgets the runs: what is known of them is newer than what follows.
  catalogue.take(catalogueAnswer([]));
  catalogue.take(
    catalogueAnswer([runAnswer('a', { last_step: 1000, version: 1 }), runAnswer('b', { last_step: 4000, version: 1 })]),
  );
});

test('without a pin the newest step is shown, and it moves on by itself', () => {
  expect([cursor.following, cursor.at]).toEqual([true, 4000]);
  catalogue.grow([runAnswer('b', { last_step: 4400, version: 2 })]);
  expect(cursor.at).toBe(4400);
});

test('a pinned step stays where it is when data arrives', () => {
  cursor.pin(1200);
  catalogue.grow([runAnswer('b', { last_step: 5000, version: 3 })]);
  expect([cursor.following, cursor.at, cursor.line]).toEqual([false, 1200, 1200]);
});

test('hovering draws the line elsewhere without moving the pin', () => {
  cursor.pin(1200);
  cursor.hover = 300;
  expect([cursor.line, cursor.at]).toEqual([300, 1200]);
  cursor.hover = null;
});

test('moving goes along the steps of the lanes, and stops at the ends', () => {
  cursor.show([lane([0, 240, 480]), lane([100, 480, 900])]);
  expect(Array.from(cursor.steps)).toEqual([0, 100, 240, 480, 900]);
  cursor.move(-1);
  expect(cursor.at).toBe(480);
  cursor.move(-10);
  expect(cursor.at).toBe(0);
});

test('where steps are not listed, moving is by single steps and playing by a share of the whole', () => {
  cursor.pin(2000);
  cursor.move(1);
  expect(cursor.at).toBe(2001);
  vi.useFakeTimers();
  cursor.play();
  vi.advanceTimersByTime(350);
  expect(cursor.at).toBe(2021);
  cursor.pause();
  vi.useRealTimers();
});

test('playing from the end begins at the first step and stops at the last', () => {
  vi.useFakeTimers();
  cursor.show([lane([0, 10, 20])]);
  cursor.play();
  expect([cursor.playing, cursor.at]).toEqual([true, 0]);
  vi.advanceTimersByTime(10_000);
  expect([cursor.playing, cursor.at]).toEqual([false, 20]);
  vi.useRealTimers();
});

test('without any step there is nothing to move along', () => {
  catalogue.take(catalogueAnswer([]));
  cursor.move(1);
  expect([cursor.ready, cursor.following]).toEqual([false, true]);
});

test('Esc takes the pin off where it was set last, before what was opened earlier', () => {
  const undone: string[] = [];
  cursor.unpin();
  onEscape(() => undone.push('full screen'));
  cursor.pin(5);
  cursor.pin(7);
  expect(escapeLast()).toBe(true);
  expect([cursor.pinned, undone]).toEqual([null, []]);
  expect(escapeLast()).toBe(true);
  expect([undone, escapeLast()]).toEqual([['full screen'], false]);
});
