/**
 * A chart as a figure for a paper: title, axes, lines and a legend, painted on any ink. The lines are painted by what paints them on the page.
 */
import { compareNatural } from '../natural';
import type { Ink } from './ink';
import { fitText, paintLines } from './paint';
import { chartFont, TEXT_PX } from './palette';
import { forward } from './scale';
import { isMany, type PlotLine, type PlotSpec } from './spec';
import { xTicks, yTicks } from './tick';
import { projectionOf, xPixel, yPixel } from './trace';

export interface Figure {
  readonly spec: PlotSpec;
  readonly title: string;
  /** What stands under the x axis. */
  readonly xLabel: string;
  /** Said beside the title: how it was smoothed. */
  readonly note: string;
  /** CSS pixels; the height of the legend comes on top. */
  readonly width: number;
  readonly height: number;
  /** Colour; null is transparent. */
  readonly background: string | null;
}

const EDGE = 12;
const TITLE = 26;
const LEGEND_ROW = 17;
const SWATCH = 18;
const GAP = 7;
const ENTRY_GAP = 18;
const MOST_COLUMNS = 24;

interface Entry {
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly x: number;
  readonly row: number;
}

/** Height of the whole figure: it has as many rows of legend as its runs need. */
export function figureHeight(ink: Ink, figure: Figure): number {
  return figure.height + legendOf(ink, figure).rows * LEGEND_ROW + GAP;
}

export function paintFigure(ink: Ink, figure: Figure): void {
  const { spec, width, height } = figure;
  const { palette } = spec;
  const legend = legendOf(ink, figure);
  const total = figureHeight(ink, figure);
  ink.save();
  if (figure.background !== null) {
    ink.fillStyle = figure.background;
    ink.beginPath();
    ink.rect(0, 0, width, total);
    ink.fill();
  }

  ink.textBaseline = 'middle';
  ink.fillStyle = palette.ink;
  ink.textAlign = 'left';
  // The note says what was done to the lines: a long title gives way to it.
  ink.font = chartFont(palette, 1);
  const noted = figure.note === '' ? 0 : 9 + ink.measureText(figure.note).width;
  ink.font = chartFont(palette, 1.15, 520);
  const title = fitText(ink, { label: figure.title }, width - 2 * EDGE - noted);
  ink.fillText(title, EDGE, EDGE + 6);
  const after = EDGE + ink.measureText(title).width + 9;
  ink.font = chartFont(palette, 1);
  ink.fillStyle = palette.ink3;
  ink.fillText(figure.note, after, EDGE + 6.5);

  const plotHeight = height - TITLE - 2 * EDGE - 30;
  const ys = yTicks(spec.y, plotHeight, spec.yScale);
  const widest = ys.reduce((most, tick) => Math.max(most, ink.measureText(tick.label).width), 0);
  const left = EDGE + widest + 8;
  const box = { left, top: EDGE + TITLE, width: width - left - EDGE - 6, height: plotHeight };
  const by = projectionOf(spec.x, spec.y, spec, box);
  const bottom = box.top + box.height;

  ink.lineWidth = 1;
  ink.fillStyle = palette.ink2;
  ink.textAlign = 'right';
  for (const tick of ys) {
    const y = yPixel(by, tick.at);
    if (!(y >= box.top - 1 && y <= bottom + 1)) continue;
    line(ink, palette.grid, box.left, y, box.left + box.width, y);
    ink.fillText(tick.label, box.left - 7, y);
  }
  line(ink, palette.axis, box.left, bottom, box.left + box.width, bottom);
  ink.textAlign = 'center';
  for (const tick of xTicks(spec.unit, spec.x, box.width, spec.xScale)) {
    const x = xPixel(by, tick.at);
    if (!Number.isFinite(forward(spec.xScale, tick.at)) || x < box.left - 1 || x > box.left + box.width + 1) continue;
    line(ink, palette.axis, x, bottom, x, bottom + 4);
    ink.fillText(tick.label, x, bottom + 13);
  }
  ink.fillStyle = palette.ink3;
  ink.fillText(figure.xLabel, box.left + box.width / 2, bottom + 29);

  paintLines(ink, { ...spec, large: false, picked: null }, by, box, 1);

  ink.textAlign = 'left';
  const thick = isMany(spec.lines) ? 1.5 : palette.strokeLine;
  for (const entry of legend.entries) {
    const y = height + entry.row * LEGEND_ROW + LEGEND_ROW / 2;
    ink.lineWidth = thick;
    ink.setLineDash([...entry.dash]);
    line(ink, entry.colour, entry.x, y, entry.x + SWATCH, y);
    ink.setLineDash([]);
    ink.fillStyle = palette.ink2;
    ink.fillText(entry.label, entry.x + SWATCH + GAP, y);
  }
  ink.restore();
}

/** Runs in natural order, in as many columns as fit, each as wide as its widest; each run once, however many lines it has. */
function legendOf(ink: Ink, { spec, width }: Figure): { entries: Entry[]; rows: number } {
  ink.font = chartFont(spec.palette, 1);
  const room = width - 2 * EDGE;
  const named = new Map<string, PlotLine>();
  for (const line of spec.lines) if (!line.superseded && !line.faint && !named.has(line.key)) named.set(line.key, line);
  const shown = [...named.values()]
    .sort((a, b) => compareNatural(a.label, b.label))
    .map((line) => {
      const label = fitText(ink, line, room - SWATCH - GAP);
      return { line, label, wide: SWATCH + GAP + ink.measureText(label).width };
    });
  const lefts = columnsOf(
    shown.map((entry) => entry.wide),
    room,
  );
  const entries = shown.map(({ line: { colour, dash }, label }, i) => ({
    label,
    colour,
    // As the line is drawn.
    dash: isMany(spec.lines) ? [] : dash,
    x: EDGE + lefts[i % lefts.length]!,
    row: Math.floor(i / lefts.length),
  }));
  return { entries, rows: Math.ceil(entries.length / lefts.length) };
}

/** Where columns begin: as many as fit into `room` when these widths are set row by row. At least one. */
function columnsOf(widths: readonly number[], room: number): number[] {
  for (let count = Math.min(widths.length, MOST_COLUMNS); count > 1; count--) {
    const columns = new Array<number>(count).fill(0);
    widths.forEach((wide, i) => (columns[i % count] = Math.max(columns[i % count]!, wide)));
    const lefts: number[] = [];
    let x = 0;
    for (const wide of columns) {
      lefts.push(x);
      x += wide + ENTRY_GAP;
    }
    if (x - ENTRY_GAP <= room) return lefts;
  }
  return [0];
}

function line(ink: Ink, colour: string, x0: number, y0: number, x1: number, y1: number): void {
  ink.strokeStyle = colour;
  ink.beginPath();
  ink.moveTo(x0, y0);
  ink.lineTo(x1, y1);
  ink.stroke();
}

/** Least height that leaves the axes their room. */
export const LEAST_HEIGHT = TITLE + 2 * EDGE + 30 + 4 * TEXT_PX;
