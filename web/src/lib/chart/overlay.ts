/**
 * What moves with the pointer: the ink line of the cursor with a dot on each line, and the flag of a pinned step. On a canvas of its own, so
 * that a hover over nine charts redraws no line; it is in the page only as long as there is something on it, because each canvas is a layer
 * that takes its part of every frame of a scroll.
 */
import { pixelsPerUnit, rowAt } from './nearest';
import { chartFont } from './palette';
import type { Plot } from './plot';
import { isMany, toldOf } from './spec';
import { xPixel, yPixel } from './trace';

/** Where the ink line stands. */
export interface CursorLine {
  /** In the units of the axis. */
  x: number;
  /** Written under the axis; null for no flag. */
  flag: string | null;
  dots: boolean;
  /** Another line is where the pointer is: this one steps back. */
  quiet: boolean;
}

/** A range of the axis that is marked. */
export type Marked = readonly [low: number, high: number];

export class Overlay {
  readonly #canvas: HTMLCanvasElement;
  #frame = 0;
  #lines: readonly CursorLine[] = [];
  #marked: Marked | null = null;
  #blank = true;

  constructor(
    private readonly host: HTMLElement,
    private readonly plot: Plot,
  ) {
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'overlay';
    this.#canvas.setAttribute('aria-hidden', 'true');
  }

  /** Draws these in the next frame. Call it again after the plot has changed. */
  show(lines: readonly CursorLine[], marked: Marked | null = null): void {
    this.#lines = lines;
    this.#marked = marked;
    if (this.#blank && lines.length === 0 && marked === null) return;
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#canvas.remove();
  }

  #draw(): void {
    this.#frame = 0;
    this.#blank = this.#lines.length === 0 && this.#marked === null;
    if (this.#blank) return this.#canvas.remove();
    if (!this.#canvas.isConnected) this.host.append(this.#canvas);
    const scale = devicePixelRatio;
    const [width, height] = [this.host.clientWidth, this.host.clientHeight];
    const canvas = this.#canvas;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const ctx = canvas.getContext('2d')!;
    ctx.setTransform(scale, 0, 0, scale, 0, 0);
    ctx.clearRect(0, 0, width, height);
    if (this.#marked !== null) this.#drawMarked(ctx, this.#marked);
    for (const line of this.#lines) this.#drawLine(ctx, line);
  }

  /** A wash with a handle at each end that is in sight. */
  #drawMarked(ctx: CanvasRenderingContext2D, [low, high]: Marked): void {
    const { spec, box, projection: by } = this.plot;
    const [from, to] = [xPixel(by, low), xPixel(by, high)];
    const inside = (px: number) => Math.max(box.left, Math.min(box.left + box.width, px));
    ctx.fillStyle = spec.palette.accentWash;
    ctx.fillRect(inside(from), box.top, inside(to) - inside(from), box.height);
    ctx.fillStyle = spec.palette.accent;
    for (const at of [from, to]) {
      if (at !== inside(at)) continue;
      ctx.fillRect(Math.round(at) - 0.5, box.top, 1, box.height);
      ctx.beginPath();
      ctx.roundRect(Math.round(at) - 2.5, box.top + box.height / 2 - 9, 5, 18, 2.5);
      ctx.fill();
    }
  }

  #drawLine(ctx: CanvasRenderingContext2D, { x, flag, dots, quiet }: CursorLine): void {
    const { spec, box, projection: by } = this.plot;
    const at = xPixel(by, x);
    if (!(at >= box.left - 0.5 && at <= box.left + box.width + 0.5)) return;
    const column = Math.round(at) + 0.5;
    const bottom = box.top + box.height;
    ctx.lineWidth = 1;
    ctx.strokeStyle = spec.palette.ink;
    ctx.globalAlpha = quiet ? 0.35 : 1;
    ctx.beginPath();
    ctx.moveTo(column, box.top);
    ctx.lineTo(column, bottom);
    ctx.stroke();
    ctx.globalAlpha = 1;

    if (dots) {
      const many = isMany(spec.lines);
      for (const line of spec.lines) {
        if (line.superseded || line.faint || (many && !spec.picked?.has(line.key))) continue;
        const row = rowAt(line.rows, x, pixelsPerUnit(by, x));
        const y = row < 0 ? NaN : yPixel(by, toldOf(spec, line.rows)[row]!);
        if (!(y >= box.top - 2 && y <= bottom + 2)) continue;
        const lit = spec.picked?.has(line.key) ?? false;
        ctx.globalAlpha = spec.picked === null || lit ? 1 : Math.max(0.35, spec.palette.fadedAlpha);
        ctx.beginPath();
        ctx.arc(column, y, lit ? 4 : 3, 0, 2 * Math.PI);
        ctx.fillStyle = line.colour;
        ctx.strokeStyle = spec.palette.surface;
        ctx.lineWidth = 1.5;
        ctx.fill();
        ctx.stroke();
      }
      ctx.globalAlpha = 1;
    }

    if (flag !== null) {
      ctx.font = chartFont(spec.palette, 1, 520);
      const wide = Math.max(48, ctx.measureText(flag).width + 14);
      // Held within the chart: a flag at the edge still says its step.
      const left = Math.max(0, Math.min(column - wide / 2, this.host.clientWidth - wide));
      ctx.fillStyle = spec.palette.ink;
      ctx.beginPath();
      ctx.roundRect(left, bottom + 3, wide, 16, 3);
      ctx.fill();
      ctx.fillStyle = spec.palette.onInk;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      ctx.fillText(flag, left + wide / 2, bottom + 11.5);
    }
  }
}
