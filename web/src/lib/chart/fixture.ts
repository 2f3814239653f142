/** What tests of drawing draw: straight lines with a label, in one colour; a chart of them; a figure of that. */
import type { Figure } from './figure';
import { rowsOfPoints } from './row';
import { LINEAR } from './scale';
import type { PlotLine, PlotSpec } from './spec';

/** Of a text in any font: six pixels a character. */
export const textWidth = (text: string): number => 6 * Array.from(text).length;

export const palette = new Proxy({} as PlotSpec['palette'], {
  get: (_, name) => (name === 'runs' ? Array(13).fill('#000') : /Alpha|stroke/.test(String(name)) ? 1 : '#000'),
});

export const lineOf = (label: string, about: Partial<PlotLine> = {}): PlotLine => ({
  key: label,
  rows: rowsOfPoints([0, 1], [0, 1]),
  colour: '#123456',
  dash: [],
  label,
  live: false,
  restarts: [],
  superseded: false,
  ...about,
});

export const specOf = (lines: readonly PlotLine[], about: Partial<PlotSpec> = {}): PlotSpec => ({
  ...{ lines, unit: 'step', x: [0, 1], y: [0, 1], xScale: LINEAR, yScale: LINEAR, labelled: true },
  ...{ smooth: false, raw: false, band: false, picked: null, large: false, width: 400, palette },
  ...about,
});

export const figureOf = (labels: readonly string[], about: Partial<Figure> = {}): Figure => ({
  spec: specOf(labels.map((label) => lineOf(label, { dash: [4, 2] }))),
  title: 'loss',
  xLabel: 'Step',
  note: '',
  width: 400,
  height: 200,
  background: null,
  ...about,
});
