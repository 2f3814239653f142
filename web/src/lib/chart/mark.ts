/**
 * Marks of what looks wrong with a line: a caret above a spike, an arrow where it diverged, a bar where it stopped. What is not finite is
 * marked from the data (gap.ts), and only on a group's line from what was found in its runs. Device pixels, as in paint.ts.
 */
import type { Ink } from './ink';
import type { PixelBox } from './paint';
import { upperBound, type Rows } from './row';
import { heightOf, type PlotLine, type PlotSpec } from './spec';
import { xPixel, yPixel, type Projection } from './trace';
import type { Words } from './word';

/** Something that was found at a step of a line. */
export interface ChartMark {
  /** What is not finite is only marked so on the line of a group, which goes on without it. */
  readonly what: 'spike' | 'divergence' | 'stopped' | 'nan' | 'infinity';
  readonly step: number;
  /** Beside it on a large chart: "spike at 8,140". */
  readonly words: string;
}

/** CSS pixels that two marks of a line need between them. */
const APART = 9;

/** The row that holds a step: its first step is the last that is not after it. -1 when the line begins later or has ended. */
export function rowOfStep(rows: Rows, step: number): number {
  const row = upperBound(rows.step, step) - 1;
  return row === rows.step.length - 1 && rows.step[row]! < step && rows.count[row] === 1 ? -1 : row;
}

export function paintFindings(
  ctx: Ink,
  line: PlotLine,
  spec: PlotSpec,
  by: Projection,
  box: PixelBox,
  scale: number,
  /** Null on a small chart: marks only. */
  words: Words | null,
): void {
  if (line.marks === undefined || line.marks.length === 0) return;
  const height = heightOf(spec, line.rows);
  const raw = !spec.smooth || spec.raw;
  let lastX = -Infinity;
  let named = false;
  for (const mark of line.marks) {
    const row = rowOfStep(line.rows, mark.step);
    if (row < 0) continue;
    const x = xPixel(by, line.rows.x[row]!);
    // Marks that would touch are one.
    if (!(x >= box.left && x <= box.left + box.width) || Math.abs(x - lastX) < APART * scale) continue;
    const at = raw && mark.what === 'spike' ? line.rows.max[row]! : height[row]!;
    const y = yPixel(by, at);
    if (!Number.isFinite(y)) continue;
    lastX = x;
    const foot = Math.min(box.top + box.height, Math.max(box.top + 10 * scale, y));
    ctx.setLineDash([]);
    ctx.fillStyle = line.colour;
    ctx.strokeStyle = spec.palette.surface;
    ctx.lineWidth = 1.2 * scale;
    const top = SHAPES[mark.what](ctx, x, foot, scale);
    ctx.stroke();
    ctx.fill();
    if (!named) words?.write(mark.words, x, top);
    named = true;
  }
}

/** Pointing up, above the line: room is left for the ring of a number of runs that changes. */
const triangle = (ctx: Ink, x: number, y: number, scale: number): number => {
  ctx.beginPath();
  ctx.moveTo(x, y - 13 * scale);
  ctx.lineTo(x + 4.6 * scale, y - 5 * scale);
  ctx.lineTo(x - 4.6 * scale, y - 5 * scale);
  ctx.closePath();
  return y - 9 * scale;
};

/** The outline of each mark at a point of the line; gives the height at which words stand beside it. */
const SHAPES: Record<ChartMark['what'], (ctx: Ink, x: number, y: number, scale: number) => number> = {
  nan: triangle,
  infinity: triangle,
  /** Pointing down at the peak. */
  spike: (ctx, x, y, scale) => {
    ctx.beginPath();
    ctx.moveTo(x, y - 2 * scale);
    ctx.lineTo(x + 4 * scale, y - 9 * scale);
    ctx.lineTo(x, y - 7 * scale);
    ctx.lineTo(x - 4 * scale, y - 9 * scale);
    ctx.closePath();
    return y - 7 * scale;
  },
  /** An arrow that leaves upwards. */
  divergence: (ctx, x, y, scale) => {
    ctx.beginPath();
    ctx.moveTo(x, y - 11 * scale);
    ctx.lineTo(x + 4.4 * scale, y - 5.5 * scale);
    ctx.lineTo(x + 1.3 * scale, y - 5.5 * scale);
    ctx.lineTo(x + 1.3 * scale, y - scale);
    ctx.lineTo(x - 1.3 * scale, y - scale);
    ctx.lineTo(x - 1.3 * scale, y - 5.5 * scale);
    ctx.lineTo(x - 4.4 * scale, y - 5.5 * scale);
    ctx.closePath();
    return y - 6 * scale;
  },
  /** A bar across the line's end. */
  stopped: (ctx, x, y, scale) => {
    ctx.beginPath();
    ctx.rect(x - 1.2 * scale, y - 6 * scale, 2.4 * scale, 12 * scale);
    return y - 8 * scale;
  },
};
