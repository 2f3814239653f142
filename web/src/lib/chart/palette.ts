/** What a chart paints with: the values of the tokens as they are now. A canvas can't read CSS variables, so they are read once for each theme. */
import { SLOTS } from '../slot';

export interface Palette {
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly onInk: string;
  readonly grid: string;
  readonly axis: string;
  readonly surface: string;
  readonly accent: string;
  readonly accentWash: string;
  readonly rawAlpha: number;
  readonly bandAlpha: number;
  readonly fadedAlpha: number;
  /** CSS pixels. */
  readonly strokeRaw: number;
  readonly strokeLine: number;
  readonly strokePicked: number;
  /** The run colours, by slot from 1: `runs[0]` is no colour. */
  readonly runs: readonly string[];
  /** Family list of the page, for canvas fonts. */
  readonly sans: string;
}

/** `token` gives the value of a custom property: `theme.colour`. */
export function readPalette(token: (name: string) => string): Palette {
  const figure = (name: string) => Number.parseFloat(token(name));
  return {
    ink: token('--ink'),
    ink2: token('--ink-2'),
    ink3: token('--ink-3'),
    onInk: token('--on-ink'),
    grid: token('--grid'),
    axis: token('--axis'),
    surface: token('--surface'),
    accent: token('--accent'),
    accentWash: token('--accent-wash'),
    rawAlpha: figure('--raw-alpha'),
    bandAlpha: figure('--band-alpha'),
    fadedAlpha: figure('--faded-alpha'),
    strokeRaw: figure('--stroke-raw'),
    strokeLine: figure('--stroke-line'),
    strokePicked: figure('--stroke-picked'),
    runs: ['', ...Array.from({ length: SLOTS }, (_, i) => token(`--run-${i + 1}`))],
    sans: token('--sans'),
  };
}

/** Size of everything written in a chart, CSS pixels (`--t-micro`). */
export const TEXT_PX = 10.5;

/** A canvas font at `scale` device pixels a CSS pixel. 420 and 520 are the page's regular and medium. */
export function chartFont(palette: Palette, scale: number, weight: 420 | 520 = 420): string {
  return `${weight} ${TEXT_PX * scale}px ${palette.sans}`;
}
