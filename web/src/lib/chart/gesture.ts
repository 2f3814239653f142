/**
 * What a pointer does over a plot: hover, click, drag a range, Shift-drag to pan, wheel with Alt or Ctrl to zoom, double-click to reset.
 * A plain wheel is left to the page. Positions are CSS pixels of the element.
 */

export interface Gestures {
  /** The pointer is here; null when it has left. */
  hover: (at: { x: number; y: number } | null) => void;
  click: (x: number, y: number) => void;
  /** A range is being dragged; null when it was given up. */
  selecting: (range: [number, number] | null) => void;
  /** A range was dragged, from left to right. */
  select: (low: number, high: number) => void;
  /** Moved by this many pixels since the last call. */
  pan: (pixels: number) => void;
  /** Zoom about `x`; a factor below 1 zooms in. */
  zoom: (x: number, factor: number) => void;
  reset: () => void;
}

/** A drag shorter than this is a click. */
const CLICK_PX = 4;
/** Two clicks within this time are a double-click. */
const DOUBLE_MS = 400;
/** A notch of a wheel is about 100; it zooms by a fifth. */
const WHEEL_RATE = 0.0022;

/** Starts listening; gives what stops it. */
export function listen(element: HTMLElement, gestures: Gestures): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  let clicked = -Infinity;
  let drag: { mode: 'select' | 'pan'; from: number; last: number; id: number } | null = null;

  const place = (event: PointerEvent | MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 && event.button !== 1) return;
      const { x } = place(event);
      drag = { mode: event.shiftKey || event.button === 1 ? 'pan' : 'select', from: x, last: x, id: event.pointerId };
      element.setPointerCapture(event.pointerId);
      if (drag.mode === 'pan') event.preventDefault();
    },
    options,
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      const at = place(event);
      if (drag === null) return gestures.hover(at);
      if (drag.mode === 'pan') gestures.pan(at.x - drag.last);
      else if (Math.abs(at.x - drag.from) >= CLICK_PX) {
        // The readout would lie over what is being chosen.
        gestures.hover(null);
        gestures.selecting([drag.from, at.x]);
      }
      drag.last = at.x;
    },
    options,
  );
  const finish = (event: PointerEvent, taken: boolean) => {
    if (drag === null || drag.id !== event.pointerId) return;
    const { mode, from } = drag;
    drag = null;
    const { x, y } = place(event);
    gestures.selecting(null);
    if (!taken || mode === 'pan') return;
    if (Math.abs(x - from) < CLICK_PX) {
      // The second click of a double-click is no click of its own.
      if (event.timeStamp - clicked > DOUBLE_MS) gestures.click(x, y);
      clicked = event.timeStamp;
    } else gestures.select(Math.min(from, x), Math.max(from, x));
  };
  element.addEventListener('pointerup', (event) => finish(event, true), options);
  element.addEventListener('pointercancel', (event) => finish(event, false), options);
  element.addEventListener('pointerleave', () => gestures.hover(null), options);
  element.addEventListener('dblclick', () => gestures.reset(), options);
  element.addEventListener(
    'wheel',
    (event) => {
      if (!event.altKey && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      // With Alt some systems turn a vertical wheel into a horizontal one.
      const delta = (event.deltaY || event.deltaX) * lines;
      gestures.zoom(place(event).x, Math.exp(Math.max(-300, Math.min(300, delta)) * WHEEL_RATE));
    },
    { ...options, passive: false },
  );
  const giveUp = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || drag === null) return;
    drag = null;
    gestures.selecting(null);
    event.stopPropagation();
  };
  element.ownerDocument.addEventListener('keydown', giveUp, { ...options, capture: true });
  return () => stop.abort();
}
