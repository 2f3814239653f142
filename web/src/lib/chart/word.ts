/** Words beside the marks of a chart: each where it can be read, and none over another. */
import type { Ink } from './ink';
import type { PixelBox } from './paint';
import { chartFont } from './palette';
import type { PlotSpec } from './spec';

/** Of a line of text, in CSS pixels. */
const LINE_PX = 12;
/** From the mark. */
const ASIDE_PX = 7;

/** The words of one painting. What is written first has its place; a word that would lie over it is left out, its mark stays. */
export class Words {
  readonly #ctx: Ink;
  readonly #spec: PlotSpec;
  readonly #scale: number;
  readonly #box: PixelBox;
  readonly #taken: PixelBox[] = [];

  constructor(ctx: Ink, spec: PlotSpec, scale: number, box: PixelBox) {
    this.#ctx = ctx;
    this.#spec = spec;
    this.#scale = scale;
    this.#box = box;
  }

  /** Beside a mark at `x`, right of it where there is room. A ring of the surface lets it be read over lines. */
  write(text: string, x: number, y: number): void {
    const ctx = this.#ctx;
    const scale = this.#scale;
    ctx.save();
    ctx.font = chartFont(this.#spec.palette, scale);
    const { width } = ctx.measureText(text);
    const right = x + ASIDE_PX * scale;
    const fits = right + width <= this.#box.left + this.#box.width;
    const at = fits ? right : x - ASIDE_PX * scale;
    const height = LINE_PX * scale;
    const room = { left: fits ? at : at - width, top: y - height / 2, width, height };
    if (!this.#taken.some((other) => overlap(room, other))) {
      this.#taken.push(room);
      ctx.textAlign = fits ? 'left' : 'right';
      ctx.textBaseline = 'middle';
      ctx.setLineDash([]);
      ctx.lineJoin = 'round';
      ctx.lineWidth = 3 * scale;
      ctx.strokeStyle = this.#spec.palette.surface;
      ctx.strokeText(text, at, y);
      ctx.fillStyle = this.#spec.palette.ink2;
      ctx.fillText(text, at, y);
    }
    ctx.restore();
  }
}

function overlap(a: PixelBox, b: PixelBox): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}
