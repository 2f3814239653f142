/** A card's picture: its lines as they are drawn, with the axes they are drawn on. Made while a component is set up. */

import { readPalette, type Palette } from '../../lib/chart/palette';
import { MANY_LINES, type PlotLine, type PlotSpec } from '../../lib/chart/spec';
import { rowOfStep, type ChartMark } from '../../lib/chart/mark';
import { groupMarks, marksOf } from '../../lib/health';
import { groups } from '../../stores/groups.svelte';
import { health } from '../../stores/health.svelte';
import { runs } from '../../stores/runs.svelte';
import { theme } from '../../stores/theme.svelte';
import { view } from '../../stores/view.svelte';
import { lineKey } from './chart';
import { isLive, type ChartData } from './data.svelte';
import { hover } from './hover.svelte';
import { isEmpty, limited, parseLimits, visibleY, type Drawing, type Limits } from './model';
import { SETTINGS } from './settings';
import type { Line, Range, Rows } from './types';

export class Picture {
  readonly #data: ChartData;
  readonly #size: () => { width: number; height: number };
  readonly #settings = view.settings(SETTINGS);

  /** The tag that is pointed at among the keys. */
  litTag = $state<string | null>(null);

  constructor(data: ChartData, size: () => { width: number; height: number }) {
    this.#data = data;
    this.#size = size;
  }

  readonly large: boolean = $derived.by(() => this.#size().height >= 200 && this.#size().width >= 460);
  readonly drawing: Drawing = $derived.by(() => ({
    smooth: this.#data.smooth,
    values: !this.#data.smooth || (this.#data.expected <= MANY_LINES && (this.#settings.raw || this.#settings.band)),
    xScale: this.#data.xScale,
    bands: this.#settings.band && this.#data.expected <= MANY_LINES,
    yKind: this.#data.yKind,
    clip: this.#settings.clip,
  }));
  readonly heights = $derived.by(() =>
    visibleY(
      this.#data.shown.map((line) => line.rows),
      this.#data.range,
      this.drawing,
      this.#size().height - 30,
    ),
  );
  readonly #limitsY: Limits = $derived(parseLimits(this.#settings.limitsY));
  readonly rangeY: Range = $derived.by(() =>
    limited(this.heights.y, this.#data.ownY ?? this.#limitsY, this.#data.yKind),
  );
  /** Values that the axis leaves out because they are outliers. */
  readonly clipped: number = $derived.by(() => (isEmpty(this.#data.ownY ?? this.#limitsY) ? this.heights.clipped : 0));
  readonly #palette: Palette = $derived(readPalette((token) => theme.colour(token)));

  readonly #plotLines: readonly PlotLine[] = $derived.by(() => this.#lines(this.#palette));

  readonly spec: PlotSpec = $derived.by(() => ({
    lines: this.#plotLines,
    unit: this.#data.unit,
    x: this.#data.range,
    y: this.rangeY,
    xScale: this.#data.xScale,
    yScale: this.heights.scale,
    labelled: this.#data.isThere,
    smooth: this.#data.smooth,
    // Where a dash says which tag it is, what lies under the lines would fill it up.
    raw: this.#settings.raw && this.#data.by !== 'both',
    band: this.#settings.band,
    picked: this.#picked,
    large: this.large,
    width: this.#size().width,
    palette: this.#palette,
  }));
  readonly xLabel: string = $derived.by(
    () =>
      ({ step: 'Step', relative: 'Time since the first point', wall: 'Time', tag: this.#settings.xTag })[
        this.#data.unit
      ],
  );
  readonly #picked: ReadonlySet<string> | null = $derived.by(() => {
    const { lines, chart } = this.#data;
    if (hover.chart === chart.id && hover.line !== null) return new Set([hover.line]);
    if (this.litTag === null && runs.hover === null) return null;
    // The run of a group lights the group's line.
    const lights = (line: Line) => line.run === runs.hover || line.run === groups.of(runs.hover!)?.key;
    const lit = lines.filter((line) => (this.litTag === null ? lights(line) : line.tag === this.litTag));
    // A run that is lit elsewhere and is not on this card fades nothing here.
    return lit.length > 0 ? new Set(lit.map((line) => lineKey(line.run, line.tag))) : null;
  });

  /** The same drawing in another theme's colours. */
  recolour(palette: Palette): PlotSpec {
    return { ...this.spec, lines: this.#lines(palette), palette };
  }

  #lines(palette: Palette): PlotLine[] {
    const faint = this.#data.faint.map((line): PlotLine => ({
      key: lineKey(groups.of(line.run)?.key ?? line.run, line.tag),
      rows: line.rows,
      colour: palette.runs[this.#data.styleOf(line).slot]!,
      dash: [],
      label: '',
      live: false,
      restarts: [],
      superseded: false,
      faint: true,
    }));
    return [...faint, ...this.#proper(palette)];
  }

  #marksOf({ run, tag, spread }: Line): ChartMark[] {
    const found = health.ofTag(tag);
    if (spread === undefined) return marksOf(run, found);
    const { members } = groups.get(run) ?? {};
    return groupMarks(spread.runs, found, (name) => members?.get(name) ?? runs.label(name));
  }

  #proper(palette: Palette): PlotLine[] {
    return this.#data.shown.flatMap((line): PlotLine[] => {
      if (runs.get(line.run) === undefined && groups.get(line.run) === undefined) return [];
      const { slot, dash, name, size } = this.#data.styleOf(line);
      const key = lineKey(line.run, line.tag);
      return [
        {
          key,
          rows: line.rows,
          colour: palette.runs[slot]!,
          dash,
          label: name,
          ...(size === '' ? {} : { tail: size }),
          live: !line.superseded && isLive(line.run),
          restarts: line.spread ? restartsOf(line.rows, line.spread.runs) : line.restarts.flatMap(({ x }) => x ?? []),
          superseded: line.superseded,
          marks: line.superseded ? [] : this.#marksOf(line),
        },
      ];
    });
  }
}

/** Where on the axis the runs of a group were restarted. */
function restartsOf(rows: Rows, members: readonly string[]): number[] {
  const steps = new Set(members.flatMap((run) => health.restarts(run)));
  return [...steps].flatMap((step) => {
    const row = rowOfStep(rows, step);
    return row < 0 ? [] : [rows.x[row]!];
  });
}
