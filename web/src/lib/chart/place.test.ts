import { describe, expect, it } from 'vitest';
import { placeReadout, spreadLabels } from './place';

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
  const page = { left: 0, top: 0, width: 1000, height: 800 };
  const size = { width: 300, height: 160 };
  it('lies on the side with fewer lines', () => {
    expect(placeReadout(500, 100, size, 'right', page).left).toBe(514);
    expect(placeReadout(500, 100, size, 'left', page).left).toBe(186);
  });
  it('takes the other side when it does not fit', () => {
    expect(placeReadout(900, 100, size, 'right', page).left).toBe(586);
    expect(placeReadout(100, 100, size, 'left', page).left).toBe(114);
  });
  it('never reaches the cursor where one side has room', () => {
    for (let x = 0; x <= 1000; x += 10) {
      for (const side of ['left', 'right'] as const) {
        const { left } = placeReadout(x, 100, size, side, page);
        expect(left > x || left + size.width < x, `${side} of ${x}`).toBe(true);
      }
    }
  });
  it('stays on the page', () => expect(placeReadout(500, 790, size, 'right', page).top).toBe(640));
});
