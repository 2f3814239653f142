import { describe, expect, it } from 'vitest';
import { placeReadout, spreadLabels, type Box, type Placing } from './place';

describe('labels at the ends of lines', () => {
  it('stay where they want to be when there is room', () =>
    expect(spreadLabels([50, 10, 90], 14, 0, 100)).toEqual([50, 10, 90]));
  it('keep their distance and their order', () => {
    const out = spreadLabels([50, 51, 49], 14, 0, 100);
    expect(out[2]! + 14).toBeLessThanOrEqual(out[0]!);
    expect(out[0]! + 14).toBeLessThanOrEqual(out[1]!);
  });
  it('stay inside', () =>
    spreadLabels([98, 99, 100, 0], 14, 0, 100).forEach((y) => expect(y >= 0 && y <= 100).toBe(true)));
  it('share too little room evenly', () => expect(spreadLabels([5, 5, 5], 14, 0, 10)).toEqual([0, 5, 10]));
  it('may be none', () => expect(spreadLabels([], 14, 0, 10)).toEqual([]));
});

describe('the readout', () => {
  const PLACING: Placing = {
    x: 500,
    size: { width: 300, height: 160 },
    chart: { width: 1000, height: 400 },
    within: { left: 0, top: -300, width: 1000, height: 1000 },
    fewerOn: 'right',
    hides: () => 0,
    before: null,
  };
  const place = (more: Partial<Placing> = {}) => placeReadout({ ...PLACING, ...more });
  /** A line across the whole chart, between two heights. */
  const across = (from: number, to: number) => (box: Box) =>
    Math.max(0, Math.min(to, box.top + box.height) - Math.max(from, box.top));

  it('lies on the side with fewer lines', () => {
    expect(place()).toEqual({ left: 514, top: -9, side: 'right' });
    expect(place({ fewerOn: 'left' }).left).toBe(186);
  });
  it('takes the other side when it does not fit', () => {
    expect(place({ x: 900 }).left).toBe(586);
    expect(place({ x: 100, fewerOn: 'left' }).left).toBe(114);
  });
  it('never reaches the cursor where one side has room', () => {
    for (let x = 0; x <= 1000; x += 10) {
      for (const fewerOn of ['left', 'right'] as const) {
        const { left } = place({ x, fewerOn });
        expect(left > x || left + 300 < x, `${fewerOn} of ${x}`).toBe(true);
      }
    }
  });
  it('hides no line where there is room without one', () => {
    expect(place({ hides: across(100, 110) })).toMatchObject({ top: 249, side: 'low right' });
    expect(place({ hides: across(0, 400) })).toEqual({ left: 350, top: 404, side: 'below' });
    const noRoomBelow = { ...PLACING.within, height: 720 };
    expect(place({ hides: across(0, 400), within: noRoomBelow })).toEqual({ left: 350, top: -164, side: 'above' });
  });
  it('hides as little as can be where there is no room', () => {
    const full = { left: 0, top: 0, width: 1000, height: 400 };
    expect(place({ hides: across(0, 250), within: full })).toMatchObject({ top: 240, side: 'low right' });
  });
  it('stays where it was as long as it hides nothing there', () => {
    expect(place({ before: 'below' }).side).toBe('below');
    expect(place({ before: 'right', hides: across(0, 200) }).side).toBe('low right');
  });
  it('stays on the page', () => expect(place({ within: { left: 0, top: 40, width: 1000, height: 360 } }).top).toBe(40));
});
