import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTurn } from './turn';

let frames: FrameRequestCallback[] = [];
const frame = () => frames.splice(0).forEach((callback) => callback(0));

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it('does what fits into a frame, in order, and never what was taken back', () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const done: string[] = [];
  const work = (name: string, takes = 20) =>
    inTurn(() => {
      done.push(name);
      now += takes;
    });
  work('a');
  const takeBack = work('b');
  work('c');
  expect(done).toEqual([]);
  frame();
  expect(done).toEqual(['a']);
  takeBack();
  frame();
  expect(done).toEqual(['a', 'c']);
  expect(frames).toEqual([]);
  work('d', 2);
  work('e', 5);
  work('f');
  frame();
  expect(done).toEqual(['a', 'c', 'd', 'e']);
  frame();
  expect(done.at(-1)).toBe('f');
});
