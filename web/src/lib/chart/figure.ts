/**
 * A chart as a figure for a paper: title, axes, lines and a legend, painted on any ink. The lines are painted by what paints them on the page.
 */
import { compareNatural } from '../natural';
import type { Ink } from './ink';
import { paintLines } from './paint';
import { chartFont, TEXT_PX } from './palette';
import { forward } from './scale';
import { MANY_LINES, type PlotSpec } from './spec';
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
  ink.font = chartFont(palette, 1.15, 520);
  ink.fillStyle = palette.ink;
  ink.textAlign = 'left';
  ink.fillText(figure.title, EDGE, EDGE + 6);
  const after = EDGE + ink.measureText(figure.title).width + 9;
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
  const thick = spec.lines.length > MANY_LINES ? 1.5 : palette.strokeLine;
  for (const entry of legend.entries) {
    const y = height - GAP + entry.row * LEGEND_ROW + LEGEND_ROW / 2;
    ink.lineWidth = thick;
    ink.setLineDash([...entry.dash]);
    line(ink, entry.colour, entry.x, y, entry.x + SWATCH, y);
    ink.setLineDash([]);
    ink.fillStyle = palette.ink2;
    ink.fillText(entry.label, entry.x + SWATCH + GAP, y);
  }
  ink.restore();
}

/** Runs in natural order, from left to right in as many rows as they need; each run once, however many lines it has. */
function legendOf(ink: Ink, { spec, width }: Figure): { entries: Entry[]; rows: number } {
  ink.font = chartFont(spec.palette, 1);
  const entries: Entry[] = [];
  const sorted = [...spec.lines].sort((a, b) => compareNatural(a.label, b.label));
  const seen = new Set<string>();
  let [x, row] = [EDGE, 0];
  for (const { key, label, colour, dash, superseded, faint } of sorted) {
    if (seen.has(key) || superseded || faint) continue;
    seen.add(key);
    const wide = SWATCH + GAP + ink.measureText(label).width;
    if (x > EDGE && x + wide > width - EDGE) [x, row] = [EDGE, row + 1];
    entries.push({ label, colour, dash, x, row });
    x += wide + ENTRY_GAP;
  }
  return { entries, rows: entries.length > 0 ? row + 1 : 0 };
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
