/** Building that is spread over frames, so that what scrolls stays fluid: what has passed by before its turn came is never built. */

import { flushSync } from 'svelte';
import { watchSight } from './sight';

/** Of a frame's 16 ms; a piece of work that takes longer has the frame to itself. */
const BUDGET_MS = 6;

const waiting = new Set<() => void>();
let frame = 0;

function next(): void {
  const started = performance.now();
  do {
    const [work] = waiting;
    if (work === undefined) break;
    waiting.delete(work);
    flushSync(work);
  } while (performance.now() - started < BUDGET_MS);
  frame = waiting.size > 0 ? requestAnimationFrame(next) : 0;
}

/** Does `work` when its turn comes; gives what takes it back. */
export function inTurn(work: () => void): () => void {
  waiting.add(work);
  if (frame === 0) frame = requestAnimationFrame(next);
  return () => void waiting.delete(work);
}

/** Tells in turn that `element` has come into sight, and at once that it has left it; gives what stops it. */
export function watchInTurn(element: Element, told: (inSight: boolean) => void): () => void {
  let takeBack = () => {};
  const stop = watchSight(element, (inSight) => {
    takeBack();
    if (inSight) takeBack = inTurn(() => told(true));
    else told(false);
  });
  return () => {
    takeBack();
    stop();
  };
}
