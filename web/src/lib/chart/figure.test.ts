import { describe, expect, it } from 'vitest';
import { figureHeight, paintFigure, type Figure } from './figure';
import { figureOf, textWidth } from './fixture';
import { SvgInk } from './ink';
import { MANY_LINES } from './spec';

/** Everything written, with where it begins. */
function written(about: Figure): { text: string; x: number; y: number }[] {
  const ink = new SvgInk(textWidth);
  paintFigure(ink, about);
  const svg = ink.toString(about.width, figureHeight(ink, about), about.title);
  return [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</g)].map(([, x, y, text]) => ({
    text: text!,
    x: Number(x),
    y: Number(y),
  }));
}
const placeOf = (about: Figure, text: string) => written(about).find((one) => one.text === text)!;

describe('the legend', () => {
  it('stands in columns, each as wide as its widest', () => {
    const names = ['a', 'a run with a long name', 'b', 'c', 'a name', 'd'];
    const about = figureOf(names);
    const xs = new Map<number, number>();
    for (const name of names) xs.set(placeOf(about, name).x, (xs.get(placeOf(about, name).x) ?? 0) + 1);
    expect(Math.max(...xs.values())).toBe(Math.ceil(names.length / xs.size));
    for (const { text, x } of written(about)) expect(x + textWidth(text)).toBeLessThanOrEqual(400);
  });
  it('is below the name of the axis and within the figure', () => {
    const about = figureOf(['a', 'b']);
    expect(placeOf(about, 'a').y - placeOf(about, 'Step').y).toBeGreaterThanOrEqual(17);
    expect(figureHeight(new SvgInk(textWidth), about)).toBeGreaterThan(placeOf(about, 'a').y + 6);
  });
  it('cuts a name that is wider than the figure, in its middle', () => {
    const name = `begin-${'x'.repeat(200)}-end`;
    const [, label] = written(figureOf([name])).filter(({ text }) => text.includes('…') || text === 'loss');
    expect(label!.text).toMatch(/^begin-x+…x+-end$/);
    expect(label!.x + textWidth(label!.text)).toBeLessThanOrEqual(400 - 12);
  });
  it('shows no dashes where the lines have none, because they are so many', () => {
    const dashes = (count: number) => {
      const ink = new SvgInk(textWidth);
      paintFigure(ink, figureOf(Array.from({ length: count }, (_, i) => `run ${i}`)));
      return ink.toString(1, 1, '').includes('stroke-dasharray');
    };
    expect(dashes(3)).toBe(true);
    expect(dashes(MANY_LINES + 1)).toBe(false);
  });
});

it('a long title is cut and leaves the note its room', () => {
  const about = figureOf(['a'], { title: 'metrics/'.repeat(20), note: 'smooth 0.60' });
  const note = placeOf(about, 'smooth 0.60');
  expect(note.x + textWidth(note.text)).toBeLessThanOrEqual(400 - 12);
  expect(written(about)[0]!.text).toContain('…');
});
