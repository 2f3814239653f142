/** Esc undoes the last thing that can be undone. Whoever opens something puts its undoing here and takes it away when it is gone. */

const stack: (() => void)[] = [];

/** Adds what Esc undoes next; gives what takes it away. */
export function onEscape(undo: () => void): () => void {
  stack.push(undo);
  return () => {
    const at = stack.lastIndexOf(undo);
    if (at >= 0) stack.splice(at, 1);
  };
}

/** Undoes the last thing; false when there is none. */
export function escapeLast(): boolean {
  const undo = stack.pop();
  undo?.();
  return undo !== undefined;
}
