import { beforeEach, expect, test } from 'vitest';
import { listen, type Gestures } from './gesture';

/** An element as far as gestures need one: where it lies, who listens to it, and its page. */
class Surface extends EventTarget {
  readonly style = { cursor: '' };
  readonly ownerDocument = new EventTarget();
  getBoundingClientRect = () => ({ left: 0, top: 0 });
  setPointerCapture = () => undefined;
}

let surface: Surface;
let heard: string[];
let stop: () => void;
let marks: boolean;

const round = (area: object | null) => JSON.stringify(area);

beforeEach(() => {
  [surface, heard, marks] = [new Surface(), [], false];
  const gestures: Gestures = {
    hover: () => undefined,
    click: (x) => heard.push(`click ${x}`),
    selecting: (area) => heard.push(`selecting ${round(area && { x: area.x, y: area.y })}`),
    select: ({ x, y }) => heard.push(`select ${round(x)} ${round(y)}`),
    marks: () => marks,
    hold: (x) => (x === 50 ? 90 : null),
    marking: (range) => heard.push(`marking ${range && `${range.from} ${range.to}`}`),
    mark: (from, to) => heard.push(`mark ${from} ${to}`),
    pan: ({ x }) => heard.push(`pan ${x}`),
    zoom: () => undefined,
    reset: () => undefined,
  };
  stop = listen(surface as unknown as HTMLElement, gestures);
});

function pointer(type: string, x: number, more: object = {}): void {
  surface.dispatchEvent(Object.assign(new Event(type), { clientX: x, clientY: 10, button: 0, pointerId: 1, ...more }));
}

function drag(from: number, to: number, more: object = {}, end = 'pointerup'): string[] {
  pointer('pointerdown', from, more);
  pointer('pointermove', to);
  heard = [];
  pointer(end, to);
  return heard;
}

const DROPPED = ['selecting null', 'marking null'];

test('a drag with Ctrl marks a range, and nothing is being marked afterwards', () => {
  expect(drag(20, 60, { ctrlKey: true })).toEqual([...DROPPED, 'mark 20 60']);
});

test('an end of the range that is taken hold of is dragged', () => {
  expect(drag(50, 70)).toEqual([...DROPPED, 'mark 90 70']);
});

test.each([
  ['a click that trembles', () => drag(20, 22, { ctrlKey: true }), ['click 22']],
  ['a pointer that the system takes away', () => drag(20, 60, { ctrlKey: true }, 'pointercancel'), []],
  ['a zoom that the system takes away', () => drag(20, 60, {}, 'pointercancel'), []],
])('%s leaves nothing marked', (_, act, more) => {
  expect(act()).toEqual([...DROPPED, ...more]);
});

test('Escape gives up what is being marked, and what comes after it is no drag', () => {
  marks = true;
  pointer('pointerdown', 20);
  pointer('pointermove', 60);
  expect(heard).toEqual(['marking 20 60']);
  heard = [];
  surface.ownerDocument.dispatchEvent(Object.assign(new Event('keydown'), { key: 'Escape' }));
  expect(heard).toEqual(DROPPED);
  pointer('pointermove', 80);
  pointer('pointerup', 80);
  expect(heard).toEqual(DROPPED);
});

test('a chart that goes while a range is marked leaves none', () => {
  pointer('pointerdown', 20, { ctrlKey: true });
  pointer('pointermove', 60);
  heard = [];
  stop();
  expect(heard).toEqual(DROPPED);
});

test('a drag zooms, with Shift it pans', () => {
  expect(drag(20, 60)).toEqual([...DROPPED, 'select [20,60] null']);
  expect(drag(20, 60, { shiftKey: true })).toEqual(DROPPED);
});
