import { describe, expect, it } from 'vitest';
import { figureHeight, paintFigure, type Figure } from './figure';
import { lineOf, specOf, textWidth } from './fixture';
import { SvgInk } from './ink';
import type { Palette } from './palette';
import { rowsOfPoints } from './row';
import type { PlotLine } from './spec';

const palette: Palette = {
  ink: '#111',
  ink2: '#222',
  ink3: '#333',
  onInk: '#fff',
  grid: '#eee',
  axis: '#ccc',
  accent: '#44f',
  accentWash: '#44f2',
  surface: '#fff',
  rawAlpha: 0.3,
  bandAlpha: 0.1,
  fadedAlpha: 0.2,
  strokeRaw: 1,
  strokeLine: 1.5,
  strokePicked: 2,
  runs: ['', '#a00'],
  sans: '"Some Sans", sans-serif',
};
const line = (key: string, y: number[]): PlotLine =>
  lineOf(key, { rows: rowsOfPoints([...y.keys()], y), colour: '#a00' });
const figure = (lines: PlotLine[], more: Partial<Figure> = {}): Figure => ({
  spec: specOf(lines, { x: [0, 2], y: [0, 4], palette }),
  title: 'loss <&> train',
  xLabel: 'Step',
  note: 'every point',
  width: 400,
  height: 240,
  background: '#ffffff',
  ...more,
});
const paint = (of: Figure) => {
  const ink = new SvgInk(textWidth);
  paintFigure(ink, of);
  return ink.toString(of.width, figureHeight(ink, of), of.title);
};

describe('a figure as SVG', () => {
  it('is its title, axes, lines and legend, with text as text', () => {
    const svg = paint(figure([line('run a', [1, 3, 2])]));
    for (const text of ['loss &lt;&amp;&gt; train', 'every point', '>Step<', '>run a<', '>0<', '>4<'])
      expect(svg, text).toContain(text);
    expect(svg).toContain('font-family="&quot;Some Sans&quot;, sans-serif"');
    expect(svg).toMatch(/stroke="#a00" stroke-width="1.5" stroke-linejoin="round" clip-path/);
  });
  it('has the line at the pixels where its values stand', () => {
    const svg = paint(figure([line('a', [0, 4, 0])]));
    const paths = [...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/g)];
    const [, x0, y0, x1, y1, x2, y2] = paths[0]!.map(Number);
    expect(y0).toBe(y2);
    expect(y0! - y1!).toBeGreaterThan(100);
    expect(x1! - x0!).toBeCloseTo(x2! - x1!, 1);
  });
  it('has every run once in its legend, in as many rows as they need', () => {
    const runs = Array.from({ length: 30 }, (_, i) => line(`run-${i}`, [1, 2, 3]));
    const few = figureHeight(new SvgInk(textWidth), figure(runs.slice(0, 1)));
    const many = figure([...runs, { ...runs[0]!, superseded: true }]);
    const svg = paint(many);
    for (let i = 0; i < 30; i++) expect(svg.split(`>run-${i}<`).length, `run-${i}`).toBe(2);
    expect(figureHeight(new SvgInk(textWidth), many)).toBeGreaterThan(few + 60);
  });
  it('has a background or none', () => {
    expect(paint(figure([]))).toContain('fill="#ffffff"');
    expect(paint(figure([], { background: null }))).not.toContain('fill="#ffffff"');
  });
});
