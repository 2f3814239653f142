/**
 * Building that is spread over frames, so that what scrolls stays fluid: what has passed by before its turn came is never built.
 *
 * Charts go before the frames of cards that come into sight, so that what is in sight is drawn first. In a fling it is the other way round:
 * where the frames come late, charts wait until the scroll is slower, and cards pass by with their names.
 */

import { flushSync } from 'svelte';
import { watchSight } from './sight';

/** Of a frame's 16 ms; a piece of work that takes longer has the frame to itself. */
const BUDGET_MS = 6;
/** A scroll of this many pixels a millisecond is a fling: a card is in sight for less than a second. */
const FLING = 1;
/** As many events as fast make one: a jump to another place is none. */
const FLING_EVENTS = 3;
/** Without an event for so long, it stands still. */
const STILL_MS = 80;
/** A frame that takes longer came late. */
const LATE_MS = 22;
/** After a late frame of a fling charts wait for so long before one is tried again. */
const PATIENCE_MS = 500;

type What = 'frame' | 'chart';

/** What waits for its turn. */
interface Work {
  readonly build: () => void;
  /** Where it will be seen. */
  readonly element: Element | null;
}

const frames = new Set<Work>();
const charts = new Set<Work>();
let asked = 0;

// ── how fast it scrolls ──
const tops = new WeakMap<EventTarget, { top: number; at: number }>();
let fast = 0;
let scrolledAt = -Infinity;
let lateAt = -Infinity;

function hear({ target, timeStamp: at }: Event): void {
  if (target === null) return;
  const top = target instanceof Element ? target.scrollTop : scrollY;
  const before = tops.get(target);
  tops.set(target, { top, at });
  if (before === undefined) return;
  const took = Math.max(1, at - before.at);
  fast = took < STILL_MS && Math.abs(top - before.top) / took > FLING ? fast + 1 : 0;
  if (fast > 0 && took > LATE_MS) lateAt = at;
  scrolledAt = at;
}
globalThis.document?.addEventListener('scroll', hear, { capture: true, passive: true });

function next(): void {
  const started = performance.now();
  asked = 0;
  try {
    for (const work of orderAt(started)) {
      // Something before it may have taken it back.
      if (!frames.delete(work) && !charts.delete(work)) continue;
      flushSync(work.build);
      if (performance.now() - started >= BUDGET_MS) break;
    }
  } finally {
    // One that cannot be built keeps no other waiting.
    if (frames.size + charts.size > 0) askFrame();
  }
}

function askFrame(): void {
  if (asked === 0) asked = requestAnimationFrame(next);
}

function orderAt(now: number): Work[] {
  const flies = fast >= FLING_EVENTS && now - scrolledAt < STILL_MS;
  if (!flies) return [...inWindowFirst(charts), ...frames];
  return now - lateAt > PATIENCE_MS ? [...frames, ...inWindowFirst(charts)] : [...frames];
}

/** What waits in the margins around the window waits longer. */
function inWindowFirst(queue: ReadonlySet<Work>): Work[] {
  if (queue.size < 2) return [...queue];
  const inside = new Map([...queue].map((work) => [work, work.element !== null && inWindow(work.element)]));
  return [...queue].sort((a, b) => Number(inside.get(b)) - Number(inside.get(a)));
}

function inWindow(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** Does `build` when its turn comes; gives what takes it back. `what` it builds: a card's frame, or the chart in it. */
export function inTurn(build: () => void, what: What = 'frame', element: Element | null = null): () => void {
  const queue = what === 'frame' ? frames : charts;
  const work = { build, element };
  queue.add(work);
  askFrame();
  return () => void queue.delete(work);
}

/** Tells in turn that `element` has come into sight, and at once that it has left it; gives what stops it. */
export function watchInTurn(element: Element, told: (inSight: boolean) => void, what: What = 'frame'): () => void {
  let takeBack = () => {};
  const stop = watchSight(element, (inSight) => {
    takeBack();
    if (inSight) takeBack = inTurn(() => told(true), what, element);
    else told(false);
  });
  return () => {
    takeBack();
    stop();
  };
}
