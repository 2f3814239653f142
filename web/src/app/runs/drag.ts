/** Follows a pointer that is down until it is let go, or Esc is pressed: `end` hears where, and whether what it did is kept. */
export function followDrag(
  event: PointerEvent,
  move: (x: number) => void,
  end: (x: number, kept: boolean) => void,
): void {
  const stop = new AbortController();
  const finish = (x: number, kept: boolean) => {
    stop.abort();
    end(x, kept);
  };
  const { signal } = stop;
  addEventListener('pointermove', (moved) => move(moved.clientX), { signal });
  addEventListener('pointerup', (up) => finish(up.clientX, true), { signal });
  addEventListener('pointercancel', (gone) => finish(gone.clientX, false), { signal });
  addEventListener(
    'keydown',
    (key) => {
      if (key.key !== 'Escape') return;
      key.stopPropagation();
      finish(0, false);
    },
    { signal, capture: true },
  );
  event.preventDefault();
}
