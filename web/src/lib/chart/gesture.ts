/**
 * What a pointer does over a plot: hover, click, drag along one axis or a rectangle, Ctrl-drag to mark a range, Shift-drag to pan, wheel with Alt or Ctrl to zoom
 * (with Shift too: the vertical axis), double-click to reset.
 * A plain wheel is left to the page. Positions are CSS pixels of the element.
 */

/** A dragged range of each axis, low pixel first; null where the drag was along the other axis. */
export interface Area {
  x: [number, number] | null;
  y: [number, number] | null;
}

export interface Gestures {
  /** The pointer is here; null when it has left. */
  hover: (at: { x: number; y: number } | null) => void;
  click: (x: number, y: number) => void;
  /** An area is being dragged; null when it was given up. */
  selecting: (area: Area | null) => void;
  /** An area was dragged. */
  select: (area: Area) => void;
  /** Does a plain drag mark a range too? */
  marks: () => boolean;
  /** What was taken hold of here can be dragged: the place of its other end; null where nothing is. */
  hold: (x: number) => number | null;
  /** A range is being marked; null when it was given up. */
  marking: (range: { from: number; to: number } | null) => void;
  /** A range was marked. */
  mark: (from: number, to: number) => void;
  /** Moved by this many pixels since the last call. */
  pan: (pixels: { x: number; y: number }) => void;
  /** Zoom about this place along one axis; a factor below 1 zooms in. */
  zoom: (at: { x: number; y: number }, factor: number, axis: 'x' | 'y') => void;
  reset: () => void;
}

/** A drag shorter than this is a click. */
const CLICK_PX = 4;
/** A drag is along one axis until it leaves it by this much. */
const ACROSS_PX = 16;
/** Two clicks within this time are a double-click. */
const DOUBLE_MS = 400;
/** A notch of a wheel is about 100; it zooms by a fifth. */
const WHEEL_RATE = 0.0022;

interface Place {
  x: number;
  y: number;
}

/** What was dragged out between two places; null when that is too little to be meant. */
function areaOf(from: Place, to: Place): Area | null {
  const [wide, high] = [Math.abs(to.x - from.x), Math.abs(to.y - from.y)];
  if (Math.max(wide, high) < CLICK_PX) return null;
  const both = Math.min(wide, high) >= ACROSS_PX;
  const range = (a: number, b: number): [number, number] => [Math.min(a, b), Math.max(a, b)];
  return {
    x: both || wide >= high ? range(from.x, to.x) : null,
    y: both || high > wide ? range(from.y, to.y) : null,
  };
}

/** Starts listening; gives what stops it. */
export function listen(element: HTMLElement, gestures: Gestures): () => void {
  const stop = new AbortController();
  const options = { signal: stop.signal };
  let clicked = -Infinity;
  let drag: { mode: 'select' | 'pan' | 'mark'; from: Place; last: Place; id: number } | null = null;

  const place = (event: PointerEvent | MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 && event.button !== 1) return;
      const at = place(event);
      const held = event.shiftKey || event.button === 1 ? null : gestures.hold(at.x);
      const marking = held !== null || event.ctrlKey || event.metaKey || gestures.marks();
      const mode = event.shiftKey || event.button === 1 ? 'pan' : marking ? 'mark' : 'select';
      drag = { mode, from: held === null ? at : { ...at, x: held }, last: at, id: event.pointerId };
      element.setPointerCapture(event.pointerId);
      if (drag.mode === 'pan') event.preventDefault();
    },
    options,
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      const at = place(event);
      if (drag === null) {
        element.style.cursor = gestures.hold(at.x) === null ? '' : 'ew-resize';
        return gestures.hover(at);
      }
      if (drag.mode === 'pan') gestures.pan({ x: at.x - drag.last.x, y: at.y - drag.last.y });
      else if (drag.mode === 'mark') {
        gestures.hover(null);
        gestures.marking({ from: drag.from.x, to: at.x });
      } else {
        const area = areaOf(drag.from, at);
        // The readout would lie over what is being chosen.
        if (area) gestures.hover(null);
        gestures.selecting(area);
      }
      drag.last = at;
    },
    options,
  );
  /** Nothing is on its way any more: neither an area nor a range. */
  const clear = () => {
    gestures.selecting(null);
    gestures.marking(null);
  };
  const finish = (event: PointerEvent, taken: boolean) => {
    if (drag === null || drag.id !== event.pointerId) return;
    const { mode, from } = drag;
    drag = null;
    const at = place(event);
    clear();
    if (!taken || mode === 'pan') return;
    if (mode === 'mark' && Math.abs(at.x - from.x) >= CLICK_PX) return gestures.mark(from.x, at.x);
    const area = areaOf(from, at);
    if (area === null || mode === 'mark') {
      // The second click of a double-click is no click of its own.
      if (event.timeStamp - clicked > DOUBLE_MS) gestures.click(at.x, at.y);
      clicked = event.timeStamp;
    } else gestures.select(area);
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
      const factor = Math.exp(Math.max(-300, Math.min(300, delta)) * WHEEL_RATE);
      gestures.zoom(place(event), factor, event.shiftKey ? 'y' : 'x');
    },
    { ...options, passive: false },
  );
  const giveUp = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || drag === null) return;
    drag = null;
    clear();
    event.stopPropagation();
  };
  element.ownerDocument.addEventListener('keydown', giveUp, { ...options, capture: true });
  return () => {
    stop.abort();
    if (drag !== null) clear();
  };
}
