/** What charts are saved as: figures in a theme's colours, all their points, and files that the browser keeps. */
import { paintSheet, sheetSvg } from '../../lib/chart/sheet';
import type { Figure } from '../../lib/chart/figure';
import { readPalette } from '../../lib/chart/palette';
import type { PlotSpec } from '../../lib/chart/spec';
import { postBlob } from '../../lib/api';
import { runs } from '../../stores/runs.svelte';
import { theme } from '../../stores/theme.svelte';
import { view } from '../../stores/view.svelte';
import type { ChartData } from './data.svelte';
import type { Picture } from './picture.svelte';
import { GROUPS_SUFFIX } from './fileName';
import { SETTINGS } from './settings';
import type { GroupPointsQuery, PointsQuery } from './types';

export type Background = 'white' | 'page' | 'none';

/** Dots of a PNG for each pixel: print needs 300 to the inch. */
export const DOTS = 3;

/** On white, colours are those of the light theme: the dark theme's are too pale for paper. */
export function specFor(picture: Picture, background: Background): PlotSpec {
  if (background !== 'white' || !theme.dark) return picture.spec;
  const root = document.documentElement;
  const before = root.dataset['theme'];
  root.dataset['theme'] = 'light';
  try {
    const style = getComputedStyle(root);
    return picture.recolour(readPalette((token) => style.getPropertyValue(token).trim()));
  } finally {
    if (before === undefined) delete root.dataset['theme'];
    else root.dataset['theme'] = before;
  }
}

export function figureOf(
  data: ChartData,
  picture: Picture,
  { background, width, height }: { background: Background; width: number; height: number },
): Figure {
  const spec = specFor(picture, background);
  const fill = { white: '#ffffff', page: spec.palette.surface, none: null }[background];
  const [title, note] = [data.chart.title, data.smoothing.words];
  return { spec, title, xLabel: picture.xLabel, note, width, height, background: fill };
}

let ruler: CanvasRenderingContext2D | null = null;
function textWidth(text: string, font: string): number {
  ruler ??= document.createElement('canvas').getContext('2d')!;
  ruler.font = font;
  return ruler.measureText(text).width;
}

export function svgOf(figures: readonly Figure[], columns = 1): Blob {
  return new Blob([sheetSvg(figures, columns, textWidth)], { type: 'image/svg+xml' });
}

export async function pngOf(figures: readonly Figure[], columns = 1): Promise<Blob> {
  const canvas = document.createElement('canvas');
  paintSheet(canvas, figures, columns, DOTS);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (blob === null) throw new Error('The browser could not make a picture of this size.');
  return blob;
}

/** All points of one of a chart's tags, as they are on the page; those of the runs of groups too. */
function pointsOf(data: ChartData, tag: string, format: PointsQuery['format']): Promise<Blob> {
  const runs = (data.drawnOf.get(tag) ?? []).map((run) => run.name);
  const superseded = data.shown.some((line) => line.superseded);
  const question: PointsQuery = { ...axisOf(data, tag), format, runs, superseded };
  return postBlob('scalar/points', question);
}

/** Every place of the groups of one of a chart's tags; null when it has none. */
function groupPointsOf(data: ChartData, tag: string, format: PointsQuery['format']): Promise<Blob> | null {
  const groups = data.groupsOf(tag).map(({ key, runs: members }) => ({ name: runs.label(key), runs: members }));
  if (groups.length === 0) return null;
  const { centre, band } = view.grouping;
  const question: GroupPointsQuery = { ...axisOf(data, tag), format, groups, centre, band };
  return postBlob('scalar/group_points', question);
}

/** Saves all points of one of a chart's tags as `name`, and those of its groups, if it has any, beside them. */
export async function keepPoints(
  data: ChartData,
  tag: string,
  format: PointsQuery['format'],
  name: string,
): Promise<void> {
  keep(await pointsOf(data, tag, format), `${name}.${format}`);
  const grouped = await groupPointsOf(data, tag, format);
  if (grouped) keep(grouped, `${name}${GROUPS_SUFFIX}.${format}`);
}

function axisOf(data: ChartData, tag: string) {
  return {
    tag,
    x: data.unit,
    x_tag: data.xTag,
    x_scale: view.settings(SETTINGS).xScale,
    range: data.zoom && ([...data.zoom] as [number, number]),
    smoother: data.smoothing.smoother,
    smoothing: data.smoothing.amount,
  };
}

/** The browser saves it. */
export function keep(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // After the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
