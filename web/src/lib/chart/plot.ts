/**
 * One chart: uPlot for the canvas, the scales, the axes and the selection, and a plug-in that paints our lines. uPlot's own series are not
 * used: they share one x column, and each of our lines has its own.
 */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { labelGutter, paintLines, type PixelBox } from './paint';
import { chartFont, TEXT_PX } from './palette';
import type { Range } from './row';
import { forward } from './scale';
import type { PlotSpec } from './spec';
import { xTicks, yTicks, type Tick } from './tick';
import { projectionOf, type Projection } from './trace';

/** Least room for the labels of the y axis; CSS pixels, as all sizes here. */
const LEFT = 40;
const LABEL_GAP = 7;
const TOP = 8;
const RIGHT = 14;
const BOTTOM = 22;

export class Plot {
  #spec: PlotSpec;
  readonly #uplot: uPlot;
  #xTicks: Tick[] = [];
  #yTicks: Tick[] = [];
  #frame = 0;

  constructor(host: HTMLElement, spec: PlotSpec, width: number, height: number) {
    this.#spec = spec;
    const tx = (value: number) => forward(this.#spec.xScale, value);
    const ty = (value: number) => forward(this.#spec.yScale, value);
    const options: uPlot.Options = {
      width,
      height,
      // Room outside the axes; functions, because they are asked again with every redraw.
      padding: [() => TOP, () => labelGutter(this.#spec) ?? RIGHT, () => 0, () => 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        // uPlot's scales are shares of ours: switching needs no new chart, and 1e38 is no special case (uPlot draws no axis
        // for numbers of more than 17 digits).
        x: { time: false, range: () => [0, 1] },
        y: { range: () => [0, 1] },
      },
      // uPlot ranges scales only when there is data: two points that say nothing.
      series: [{}, { scale: 'y', paths: () => null, points: { show: false } }],
      axes: [
        {
          size: BOTTOM,
          gap: 3,
          stroke: () => this.#spec.palette.ink3,
          grid: { show: false },
          ticks: { size: 4, width: 1, stroke: () => this.#spec.palette.axis },
          border: { show: true, width: 1, stroke: () => this.#spec.palette.axis },
          splits: () => shares(this.#xTicks, this.#spec.x, tx),
          values: () => this.#xTicks.map((tick) => (this.#spec.labelled ? tick.label : '')),
        },
        {
          size: () => Math.max(LEFT, Math.ceil(this.#widest()) + LABEL_GAP + 8),
          gap: LABEL_GAP,
          stroke: () => this.#spec.palette.ink3,
          grid: { width: 1, stroke: () => this.#spec.palette.grid },
          ticks: { show: false },
          splits: () => shares(this.#yTicks, this.#spec.y, ty),
          values: () => this.#yTicks.map((tick) => (this.#spec.labelled ? tick.label : '')),
        },
      ],
      plugins: [{ hooks: { init: (u) => setFonts(u, this.#spec), draw: (u) => this.#paint(u) } }],
    };
    this.#retick(width, height);
    this.#uplot = new uPlot(
      options,
      [
        [0, 1],
        [null, null],
      ],
      host,
    );
    this.#uplot.root.setAttribute('aria-hidden', 'true');
  }

  get spec(): PlotSpec {
    return this.#spec;
  }

  /** The element over the plotting area, which takes the pointer. */
  get over(): HTMLElement {
    return this.#uplot.over;
  }

  /** The plotting area in CSS pixels of the host. */
  get box(): PixelBox {
    const { left, top, width, height } = this.#uplot.bbox;
    const scale = uPlot.pxRatio;
    return { left: left / scale, top: top / scale, width: width / scale, height: height / scale };
  }

  /** From values to CSS pixels of the host. */
  get projection(): Projection {
    return projectionOf(this.#spec.x, this.#spec.y, this.#spec, this.box);
  }

  /** Draws this from the next frame on. */
  set(spec: PlotSpec): void {
    this.#spec = spec;
    this.#schedule();
  }

  resize(width: number, height: number): void {
    if (width === this.#uplot.width && height === this.#uplot.height) return;
    this.#retick(width, height);
    this.#uplot.setSize({ width, height });
  }

  /** Shows what is being dragged, in CSS pixels of the plotting area: a range that is null is all of that axis; null hides it. */
  select(area: { x: Range | null; y: Range | null } | null): void {
    const { width, height } = this.box;
    const [left, right] = within(area?.x ?? [0, width], width);
    const [top, bottom] = within(area?.y ?? [0, height], height);
    const shown = area === null ? 0 : 1;
    this.#uplot.setSelect({ left, top, width: (right - left) * shown, height: (bottom - top) * shown }, false);
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#uplot.destroy();
  }

  /** Several changes in one frame are one drawing. */
  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#retick(this.#uplot.width, this.#uplot.height);
      setFonts(this.#uplot, this.#spec);
      this.#uplot.redraw(true, true);
    });
  }

  #retick(width: number, height: number): void {
    const { unit, x, y, xScale, yScale } = this.#spec;
    const right = labelGutter(this.#spec) ?? RIGHT;
    this.#xTicks = xTicks(unit, x, width - LEFT - right, xScale);
    this.#yTicks = yTicks(y, height - TOP - BOTTOM, yScale);
  }

  #widest(): number {
    const ruler = measuring();
    ruler.font = chartFont(this.#spec.palette, 1);
    return this.#yTicks.reduce((most, tick) => Math.max(most, ruler.measureText(tick.label).width), 0);
  }

  #paint(u: uPlot): void {
    const { left, top, width, height } = u.bbox;
    const box = { left, top, width, height };
    paintLines(u.ctx, this.#spec, projectionOf(this.#spec.x, this.#spec.y, this.#spec, box), box, uPlot.pxRatio);
  }
}

/** uPlot reads whole pixels only out of a font; ours is 10.5 px. What it keeps is [font, device pixels, CSS pixels]. */
function setFonts(u: uPlot, spec: PlotSpec): void {
  for (const axis of u.axes) {
    const size = TEXT_PX * uPlot.pxRatio;
    (axis as unknown as { font: [string, number, number] }).font = [
      chartFont(spec.palette, uPlot.pxRatio),
      size,
      TEXT_PX,
    ];
  }
}

/** Where ticks lie between the ends of an axis: 0 to 1. */
function shares(ticks: readonly Tick[], [low, high]: Range, on: (value: number) => number): number[] {
  const [first, last] = [on(low), on(high)];
  return ticks.map((tick) => on(tick.at) / (last - first) - first / (last - first));
}

function within([from, to]: Range, most: number): Range {
  const hold = (pixel: number) => Math.min(most, Math.max(0, pixel));
  return [hold(Math.min(from, to)), hold(Math.max(from, to))];
}

let ruler: CanvasRenderingContext2D | null = null;
function measuring(): CanvasRenderingContext2D {
  return (ruler ??= document.createElement('canvas').getContext('2d')!);
}
