/** A figure for tests: straight lines with these names, in one colour. */
import type { Figure } from './figure';
import { rowsOfPoints } from './row';
import { LINEAR } from './scale';

/** Of a text in any font: six pixels a character. */
export const textWidth = (text: string): number => 6 * Array.from(text).length;

export const palette = new Proxy({} as Figure['spec']['palette'], {
  get: (_, name) => (name === 'runs' ? Array(13).fill('#000') : /Alpha|stroke/.test(String(name)) ? 1 : '#000'),
});

export function figureOf(labels: readonly string[], about: Partial<Figure> = {}): Figure {
  const lines = labels.map((label) => ({
    key: label,
    rows: rowsOfPoints([0, 1], [0, 1]),
    colour: '#123456',
    dash: [4, 2],
    label,
    live: false,
    restarts: [],
    superseded: false,
  }));
  const axes = { unit: 'step', x: [0, 1], y: [0, 1], xScale: LINEAR, yScale: LINEAR, labelled: true } as const;
  const drawn = { smooth: false, raw: false, band: false, picked: null, large: false, width: 400 };
  return {
    spec: { lines, ...axes, ...drawn, palette },
    title: 'loss',
    xLabel: 'Step',
    note: '',
    width: 400,
    height: 200,
    background: null,
    ...about,
  };
}
