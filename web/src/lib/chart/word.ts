/** A word beside a mark of a chart. */
import type { Ink } from './ink';
import type { PixelBox } from './paint';
import { chartFont } from './palette';
import type { PlotSpec } from './spec';

/** Text beside a mark at `x`, right of it where there is room. A ring of the surface lets it be read over lines. */
export function write(
  ctx: Ink,
  text: string,
  x: number,
  y: number,
  colour: string,
  spec: PlotSpec,
  scale: number,
  box: PixelBox,
): void {
  ctx.save();
  ctx.font = chartFont(spec.palette, scale);
  const fits = x + 7 * scale + ctx.measureText(text).width <= box.left + box.width;
  const at = x + (fits ? 7 : -7) * scale;
  ctx.textAlign = fits ? 'left' : 'right';
  ctx.textBaseline = 'middle';
  ctx.setLineDash([]);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3 * scale;
  ctx.strokeStyle = spec.palette.surface;
  ctx.strokeText(text, at, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, at, y);
  ctx.restore();
}
