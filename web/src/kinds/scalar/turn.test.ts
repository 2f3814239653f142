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

it('lets charts wait in a fling whose frames come late, and draws them when it is slower', async () => {
  class Room {
    scrollTop = 0;
  }
  let hear = (_: { target: Room; timeStamp: number }) => {};
  vi.stubGlobal('Element', Room);
  vi.stubGlobal('document', { addEventListener: (_: string, listener: typeof hear) => (hear = listener) });
  vi.resetModules();
  const { inTurn } = await import('./turn');
  let now = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const room = new Room();
  const scroll = (by: number, took: number) => {
    now += took;
    room.scrollTop += by;
    hear({ target: room, timeStamp: now });
    frame();
  };
  const done: string[] = [];
  const wait = (name: string) => {
    inTurn(() => done.push(`chart ${name}`), 'chart');
    inTurn(() => done.push(`frame ${name}`));
  };
  // A fast scroll whose frames come in time keeps nothing waiting.
  for (const took of [10, 10, 10, 10, 10]) scroll(60, took);
  wait('a');
  scroll(60, 10);
  expect(done.splice(0)).toEqual(['frame a', 'chart a']);
  scroll(100, 40);
  wait('b');
  scroll(60, 16);
  scroll(60, 16);
  expect(done.splice(0)).toEqual(['frame b']);
  scroll(5, 16);
  expect(done.splice(0)).toEqual(['chart b']);
  // A jump is no fling.
  wait('c');
  scroll(100_000, 40);
  expect(done.splice(0)).toEqual(['chart c', 'frame c']);
  // It ends without a last event.
  for (const took of [40, 40, 40]) scroll(90, took);
  wait('d');
  scroll(60, 30);
  expect(done.splice(0)).toEqual(['frame d']);
  now += 100;
  frame();
  expect(done.splice(0)).toEqual(['chart d']);
});

it('builds what is in the window before what is beside it', () => {
  vi.stubGlobal('innerHeight', 900);
  const at = (top: number) => ({ getBoundingClientRect: () => ({ top, bottom: top + 200 }) }) as unknown as Element;
  const done: string[] = [];
  for (const [name, top] of [
    ['above', -230],
    ['inside', 0],
    ['half', 800],
    ['below', 950],
  ] as const)
    inTurn(() => done.push(name), 'chart', at(top));
  frame();
  expect(done).toEqual(['inside', 'half', 'above', 'below']);
});
