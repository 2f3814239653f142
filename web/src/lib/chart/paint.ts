/**
 * Paints the inside of a chart: bands, raw lines, lines, then the marks that stand on them. Device pixels throughout; `scale` is how many
 * of them make a CSS pixel.
 */
import { formatInt } from '../format';
import { cutMiddle } from '../name';
import { fewWords, findChanges } from './few';
import { findGaps, gapWords } from './gap';
import { paintFindings } from './mark';
import type { Ink } from './ink';
import { chartFont } from './palette';
import { spreadLabels } from './place';
import { rowsAround } from './row';
import { heightOf, isMany, lastDrawn, MOST_LABELS, OVERTAKEN, type PlotLine, type PlotSpec } from './spec';
import { traceBand, traceColumn, traceValues, xPixel, yPixel, type Lone, type Projection } from './trace';
import { Words } from './word';

export interface PixelBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

const SOLID: readonly number[] = [];
/** How much of a group's single runs is seen. */
const FAINT = 0.4;

/** Everything inside the axes. */
export function paintLines(ctx: Ink, spec: PlotSpec, by: Projection, box: PixelBox, scale: number): void {
  const { palette, lines } = spec;
  const many = isMany(lines);
  const alphaOf = (line: PlotLine) => (spec.picked?.has(line.key) !== false ? 1 : palette.fadedAlpha);
  // The lit line lies over the others.
  const order =
    spec.picked === null
      ? lines
      : [...lines.filter((l) => !spec.picked!.has(l.key)), ...lines.filter((l) => spec.picked!.has(l.key))];

  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top - 2 * scale, box.width, box.height + 2 * scale);
  ctx.clip();
  ctx.lineJoin = many ? 'bevel' : 'round';
  ctx.lineCap = 'butt';
  const lone: Lone = [];

  if (!many) {
    for (const line of order) {
      if (line.superseded || line.faint) continue;
      const [from, to] = rowsAround(line.rows.x, spec.x);
      ctx.fillStyle = ctx.strokeStyle = line.colour;
      if (spec.band) {
        ctx.globalAlpha = palette.bandAlpha * alphaOf(line);
        ctx.beginPath();
        if (traceBand(ctx, line.rows, from, to, by)) ctx.fill();
      }
      if (spec.raw && spec.smooth) {
        ctx.globalAlpha = palette.rawAlpha * alphaOf(line);
        ctx.lineWidth = palette.strokeRaw * scale;
        ctx.setLineDash([]);
        ctx.beginPath();
        lone.length = 0;
        traceValues(ctx, line.rows, from, to, by, lone);
        ctx.stroke();
        paintDots(ctx, lone, 1.2 * scale);
      }
    }
  }

  for (const line of order) {
    if (!line.faint) continue;
    const [from, to] = rowsAround(line.rows.x, spec.x);
    ctx.strokeStyle = line.colour;
    ctx.globalAlpha = FAINT * alphaOf(line);
    ctx.lineWidth = scale;
    ctx.setLineDash([]);
    ctx.beginPath();
    lone.length = 0;
    if (spec.smooth) traceColumn(ctx, line.rows.x, line.rows.smooth, from, to, by, lone);
    else traceValues(ctx, line.rows, from, to, by, lone);
    ctx.stroke();
  }

  for (const line of order) {
    if (line.faint) continue;
    const picked = spec.picked?.has(line.key) ?? false;
    const [from, to] = rowsAround(line.rows.x, spec.x);
    const width = line.superseded ? 1.2 : many && !picked ? 1 : picked ? palette.strokePicked : palette.strokeLine;
    ctx.fillStyle = ctx.strokeStyle = line.colour;
    ctx.globalAlpha = alphaOf(line) * (line.superseded ? 0.6 : 1);
    ctx.lineWidth = width * scale;
    // Among so many, a dash tells nothing apart and costs ten times the drawing.
    const dash = line.superseded ? OVERTAKEN : many && !picked ? SOLID : line.dash;
    ctx.setLineDash(dash.map((px) => px * scale));
    ctx.beginPath();
    lone.length = 0;
    if (spec.smooth) traceColumn(ctx, line.rows.x, line.rows.smooth, from, to, by, lone);
    else traceValues(ctx, line.rows, from, to, by, lone);
    ctx.stroke();
    paintDots(ctx, lone, Math.max(1.8, width) * scale);
  }
  ctx.restore();

  ctx.save();
  const words = new Words(ctx, spec, scale, box);
  for (const line of order) {
    ctx.globalAlpha = alphaOf(line);
    if (!line.superseded && !line.faint) {
      // The words of lines that are faded would take the place of those that are asked for.
      const lit = spec.picked?.has(line.key) !== false;
      paintMarks(ctx, line, spec, by, box, scale, lit && spec.large ? words : null);
    }
  }
  ctx.restore();
  if (spec.large) paintEndLabels(ctx, spec, by, box, scale);
}

function paintDots(ctx: Ink, pairs: Lone, radius: number): void {
  if (pairs.length === 0) return;
  ctx.beginPath();
  for (let i = 0; i < pairs.length; i += 2) {
    ctx.moveTo(pairs[i]! + radius, pairs[i + 1]!);
    ctx.arc(pairs[i]!, pairs[i + 1]!, radius, 0, 2 * Math.PI);
  }
  ctx.fill();
}

/** Restart, values that are not finite, live end. */
function paintMarks(
  ctx: Ink,
  line: PlotLine,
  spec: PlotSpec,
  by: Projection,
  box: PixelBox,
  scale: number,
  words: Words | null,
): void {
  const { palette } = spec;
  const alpha = ctx.globalAlpha;
  const inside = (px: number) => px >= box.left - scale && px <= box.left + box.width + scale;
  const bottom = box.top + box.height;

  for (const at of line.restarts) {
    const x = Math.round(xPixel(by, at)) + (Math.round(scale) % 2 ? 0.5 : 0);
    if (!inside(x)) continue;
    ctx.strokeStyle = palette.ink3;
    ctx.lineWidth = scale;
    ctx.setLineDash([1.5 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, box.top + (spec.large ? 14 * scale : 0));
    ctx.lineTo(x, bottom);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = line.colour;
    ctx.beginPath();
    ctx.moveTo(x - 3.5 * scale, bottom);
    ctx.lineTo(x + 3.5 * scale, bottom);
    ctx.lineTo(x, bottom + 5 * scale);
    ctx.fill();
    words?.write('restart', x - 3 * scale, box.top + 6 * scale);
  }

  const height = heightOf(spec, line.rows);
  const [from, to] = rowsAround(line.rows.x, spec.x);
  let lastX = -Infinity;
  let first = true;
  for (const gap of findGaps(line.rows, height, from, to)) {
    const x = xPixel(by, gap.x);
    // Marks that would touch are one.
    if (!inside(x) || x - lastX < 9 * scale) continue;
    lastX = x;
    const base = gap.base === null ? NaN : yPixel(by, gap.base);
    const y = Number.isFinite(base) ? Math.min(bottom, Math.max(box.top + 9 * scale, base)) : box.top + 11 * scale;
    ctx.globalAlpha = alpha * (first || spec.large ? 1 : 0.7);
    paintTriangle(ctx, x, y, gap.what === '−∞', line.colour, palette.surface, scale);
    if (first) words?.write(gapWords(gap, formatInt(gap.step)), x, y - 4 * scale);
    // A line without a finite value is nothing but its marks: they go on as far as it does.
    if (gap.base === null) paintTrail(ctx, line, x, y, by, box, scale, alpha);
    first = false;
  }
  ctx.globalAlpha = alpha;
  paintChanges(ctx, line, spec, by, box, scale, [from, to], words);
  paintFindings(ctx, line, spec, by, box, scale, words);

  if (line.live) {
    const end = lastDrawn(height, spec.yScale);
    if (end < 0 || (line.rows.nanCount[line.rows.x.length - 1]! > 0 && end < line.rows.x.length - 1)) return;
    const [x, y] = [xPixel(by, line.rows.x[end]!), yPixel(by, height[end]!)];
    if (!inside(x) || y < box.top - 3 * scale || y > bottom + 3 * scale) return;
    ctx.fillStyle = line.colour;
    ctx.globalAlpha = alpha * 0.2;
    paintDots(ctx, [x, y], 5.5 * scale);
    ctx.globalAlpha = alpha;
    paintDots(ctx, [x, y], 2.6 * scale);
  }
}

/** A ring where the number of a group's runs changes: what the line does there is no news of a run. */
function paintChanges(
  ctx: Ink,
  line: PlotLine,
  spec: PlotSpec,
  by: Projection,
  box: PixelBox,
  scale: number,
  [from, to]: readonly [number, number],
  words: Words | null,
): void {
  const height = heightOf(spec, line.rows);
  let lastX = -Infinity;
  // Where a run is not finite from here on its mark has the words.
  const named = line.marks?.[0]?.what;
  let first = named !== 'nan' && named !== 'infinity';
  for (const change of findChanges(line.rows, from, to)) {
    const x = xPixel(by, line.rows.x[change.row]!);
    const y = yPixel(by, height[change.row]!);
    // Rings that would touch are one.
    if (!(x >= box.left && x <= box.left + box.width && x - lastX >= 9 * scale)) continue;
    if (!(y >= box.top && y <= box.top + box.height)) continue;
    lastX = x;
    ctx.setLineDash([]);
    ctx.fillStyle = spec.palette.surface;
    ctx.strokeStyle = line.colour;
    ctx.lineWidth = 1.4 * scale;
    ctx.beginPath();
    ctx.moveTo(x + 2.6 * scale, y);
    ctx.arc(x, y, 2.6 * scale, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
    if (first) words?.write(fewWords(change), x, y - 8 * scale);
    first = false;
  }
}

function paintTriangle(ctx: Ink, x: number, y: number, down: boolean, fill: string, ring: string, scale: number): void {
  ctx.setLineDash([]);
  ctx.fillStyle = fill;
  ctx.strokeStyle = ring;
  ctx.lineWidth = 1.2 * scale;
  ctx.beginPath();
  ctx.moveTo(x, y - (down ? 1 : 9) * scale);
  ctx.lineTo(x + 4.6 * scale, y - (down ? 9 : 1) * scale);
  ctx.lineTo(x - 4.6 * scale, y - (down ? 9 : 1) * scale);
  ctx.closePath();
  ctx.stroke();
  ctx.fill();
}

/** Marks along the rest of a line that never has a value. */
function paintTrail(
  ctx: Ink,
  line: PlotLine,
  from: number,
  y: number,
  by: Projection,
  box: PixelBox,
  scale: number,
  alpha: number,
): void {
  const end = Math.min(box.left + box.width, xPixel(by, line.rows.x[line.rows.x.length - 1]!));
  ctx.globalAlpha = alpha * 0.45;
  for (let x = from + 11 * scale; x <= end; x += 11 * scale)
    paintTriangle(ctx, x, y, false, line.colour, 'transparent', scale);
  ctx.globalAlpha = alpha;
}

/** Room for labels at the right of a large chart, CSS pixels: more where they say of how many runs a line is. */
const GUTTER = 112;
const LONG_GUTTER = 156;
/** What long names may have of a wide chart, and how wide a character of them is, about. */
const GUTTER_SHARE = 0.22;
const CHARACTER_PX = 6;
/** Of it, what stands before the text and after it. */
const GUTTER_EDGES = 30;

/** What this chart leaves at its right for labels at the ends of lines, CSS pixels; null where it has none. */
export function labelGutter(spec: PlotSpec): number | null {
  const named = spec.lines.filter((line) => !line.superseded && !line.faint);
  if (!spec.large || named.length === 0 || named.length > MOST_LABELS) return null;
  const least = named.some((line) => line.tail !== undefined) ? LONG_GUTTER : GUTTER;
  const longest = named.reduce((most, { label }) => Math.max(most, label.length), 0);
  return Math.max(least, Math.min(GUTTER_EDGES + longest * CHARACTER_PX, Math.round(spec.width * GUTTER_SHARE)));
}

function paintEndLabels(ctx: Ink, spec: PlotSpec, by: Projection, box: PixelBox, scale: number): void {
  const gutter = labelGutter(spec);
  if (gutter === null) return;
  const right = box.left + box.width;
  const bottom = box.top + box.height;
  const ends: { line: PlotLine; x: number; y: number }[] = [];
  for (const line of spec.lines) {
    if (line.superseded || line.faint) continue;
    const end = endInSight(line, spec, by);
    if (end !== null) ends.push({ line, x: end.x, y: Math.min(bottom, Math.max(box.top, end.y)) });
  }
  const places = spreadLabels(
    ends.map((end) => end.y),
    14 * scale,
    box.top + 6 * scale,
    bottom - 4 * scale,
  );
  ctx.save();
  ctx.setLineDash([]);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ends.forEach(({ line, x, y }, i) => {
    const place = places[i]!;
    const picked = spec.picked?.has(line.key) ?? false;
    const alpha = spec.picked === null || picked ? 1 : 0.55;
    ctx.strokeStyle = ctx.fillStyle = line.colour;
    ctx.lineWidth = scale;
    if (x > right - 3 * scale) {
      ctx.setLineDash([]);
      ctx.lineCap = 'butt';
      ctx.globalAlpha = alpha * 0.5;
      ctx.beginPath();
      ctx.moveTo(right + 3 * scale, y);
      ctx.lineTo(right + 10 * scale, place);
      ctx.stroke();
    }
    ctx.globalAlpha = alpha;
    ctx.lineWidth = 3 * scale;
    ctx.lineCap = line.dash.length > 0 ? 'butt' : 'round';
    ctx.setLineDash(line.dash.length > 0 ? [3 * scale, 2 * scale] : []);
    ctx.beginPath();
    ctx.moveTo(right + 14.5 * scale, place);
    ctx.lineTo(right + 19.5 * scale + (line.dash.length > 0 ? 2 * scale : 0), place);
    ctx.stroke();
    ctx.font = chartFont(spec.palette, scale, picked ? 520 : 420);
    ctx.fillStyle = picked ? spec.palette.ink : spec.palette.ink2;
    ctx.fillText(fitText(ctx, line, (gutter - GUTTER_EDGES) * scale), right + 26 * scale, place + 0.5 * scale);
  });
  ctx.restore();
}

/** Where a line leaves the chart or ends in it, in pixels; null when nothing of it is in sight. */
function endInSight(line: PlotLine, spec: PlotSpec, by: Projection): { x: number; y: number } | null {
  const { rows } = line;
  const height = heightOf(spec, rows);
  const [from, to] = rowsAround(rows.x, spec.x);
  const end = from + lastDrawn(height.subarray(from, to), spec.yScale);
  if (end < from || rows.x[end]! < spec.x[0]) return null;
  const [x, y] = [xPixel(by, rows.x[end]!), yPixel(by, height[end]!)];
  if (rows.x[end]! <= spec.x[1]) return { x, y };
  // The last row is the neighbour outside: what counts is where the line to it crosses the edge.
  const before = end - 1;
  const y0 = before >= from ? yPixel(by, height[before]!) : NaN;
  if (!Number.isFinite(y0)) return null;
  const [edge, x0] = [xPixel(by, spec.x[1]), xPixel(by, rows.x[before]!)];
  return { x: edge, y: y0 + ((y - y0) * (edge - x0)) / (x - x0) };
}

/** A line's label, cut in the middle of its name until it fits. */
export function fitText(ctx: Ink, { label, tail = '' }: Pick<PlotLine, 'label' | 'tail'>, width: number): string {
  const name = label.slice(0, label.length - tail.length);
  let length = Array.from(name).length;
  let fitted = label;
  while (length > 4 && ctx.measureText(fitted).width > width) fitted = cutMiddle(name, --length) + tail;
  return fitted;
}
