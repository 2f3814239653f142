import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTurn } from './turn';

let frames: FrameRequestCallback[] = [];
const frame = () => frames.splice(0).forEach((callback) => callback(0));

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
});
afterEach(() => vi.unstubAllGlobals());

it('does one piece a frame, in order, and never what was taken back', () => {
  const done: string[] = [];
  const work = (name: string) => inTurn(() => done.push(name));
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
  work('d');
  frame();
  expect(done).toEqual(['a', 'c', 'd']);
});
