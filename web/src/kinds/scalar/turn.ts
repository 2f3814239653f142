/** Work that is done one piece a frame, so that what scrolls stays fluid: what has passed by before its turn came is never done. */

const waiting = new Set<() => void>();
let frame = 0;

function next(): void {
  frame = 0;
  const [work] = waiting;
  if (work === undefined) return;
  waiting.delete(work);
  if (waiting.size > 0) frame = requestAnimationFrame(next);
  work();
}

/** Does `work` when its turn comes; gives what takes it back. */
export function inTurn(work: () => void): () => void {
  waiting.add(work);
  if (frame === 0) frame = requestAnimationFrame(next);
  return () => void waiting.delete(work);
}
