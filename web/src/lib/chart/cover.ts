/** Where lines run, in cells of a few pixels: whatever is laid over a chart can be kept off them. */

import type { Box } from './place';
import { rowsAround } from './row';
import { heightOf, type PlotSpec } from './spec';
import { traceColumn, type Pen, type Projection } from './trace';

const CELL_PX = 6;

export class Cover implements Pen {
  readonly #columns: number;
  readonly #rows: number;
  readonly #taken: Uint8Array;
  #x = 0;
  #y = 0;

  /** `width` and `height` of the chart, `by` in its pixels. Faint lines don't count, nor do overtaken ones. */
  constructor(spec: PlotSpec, by: Projection, width: number, height: number) {
    this.#columns = Math.ceil(width / CELL_PX);
    this.#rows = Math.ceil(height / CELL_PX);
    this.#taken = new Uint8Array(this.#columns * this.#rows);
    for (const { rows, faint, superseded } of spec.lines) {
      if (faint || superseded) continue;
      const lone: number[] = [];
      traceColumn(this, rows.x, heightOf(spec, rows), ...rowsAround(rows.x, spec.x), by, lone);
      for (let i = 0; i < lone.length; i += 2) this.#take(lone[i]!, lone[i + 1]!);
    }
  }

  moveTo(x: number, y: number): void {
    [this.#x, this.#y] = [x, y];
    this.#take(x, y);
  }

  lineTo(x: number, y: number): void {
    // Only the part above and below the chart's width matters: ends far outside would be thousands of cells.
    const [low, high] = [Math.max(0, Math.min(this.#x, x)), Math.min(this.#columns * CELL_PX, Math.max(this.#x, x))];
    const slope = x === this.#x ? 0 : (y - this.#y) / (x - this.#x);
    const at = (px: number) => (x === this.#x ? y : this.#y + (px - this.#x) * slope);
    for (let px = low; px <= high; px += CELL_PX) {
      const from = x === this.#x ? this.#y : at(px);
      this.#takeColumn(px, from, at(Math.min(high, px + CELL_PX)));
    }
    [this.#x, this.#y] = [x, y];
  }

  /** Cells of lines under a box of the chart's pixels. */
  under({ left, top, width, height }: Box): number {
    let count = 0;
    const [first, last] = [Math.max(0, Math.floor(left / CELL_PX)), Math.floor((left + width) / CELL_PX)];
    const [high, low] = [Math.max(0, Math.floor(top / CELL_PX)), Math.floor((top + height) / CELL_PX)];
    for (let row = high; row <= low && row < this.#rows; row++)
      for (let column = first; column <= last && column < this.#columns; column++)
        count += this.#taken[row * this.#columns + column]!;
    return count;
  }

  #takeColumn(x: number, from: number, to: number): void {
    const bottom = this.#rows * CELL_PX;
    const [low, high] = [Math.max(0, Math.min(from, to)), Math.min(bottom, Math.max(from, to))];
    for (let y = low; y <= high; y += CELL_PX) this.#take(x, y);
    if (high >= low) this.#take(x, high);
  }

  #take(x: number, y: number): void {
    const [column, row] = [Math.floor(x / CELL_PX), Math.floor(y / CELL_PX)];
    if (column >= 0 && column < this.#columns && row >= 0 && row < this.#rows)
      this.#taken[row * this.#columns + column] = 1;
  }
}
