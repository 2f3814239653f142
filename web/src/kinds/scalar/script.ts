/** A short matplotlib script that draws a chart again from the CSV files saved beside it. Pure. */
import type { Range } from '../../lib/chart/row';
import type { Scale } from '../../lib/chart/scale';
import { OVERTAKEN } from '../../lib/chart/spec';
import type { XUnit } from '../../lib/chart/tick';
import { GROUPS_SUFFIX } from './fileName';

export interface Drawn {
  readonly title: string;
  readonly xLabel: string;
  readonly unit: XUnit;
  readonly x: Range;
  readonly y: Range;
  readonly xScale: Scale;
  readonly yScale: Scale;
  /** The smoothed line is the line; otherwise the values are. */
  readonly smooth: boolean;
  /** The values are drawn faintly under it. */
  readonly raw: boolean;
  /** The bands of groups are drawn. */
  readonly band: boolean;
  readonly lines: readonly ScriptLine[];
}

export interface ScriptLine {
  /** Name of the file that has its points, a run's or a group's. */
  readonly csv: string;
  /** What the file calls it. */
  readonly run: string;
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly superseded: boolean;
}

/** Inches: of the figure without its legend, and of a row of that. */
const [WIDTH, HEIGHT, LEGEND_ROW] = [7, 4, 0.18];
/** Characters of a small font in the figure's width, and what an entry of the legend needs beside its text. */
const [CHARACTERS, ENTRY] = [120, 11];

export function matplotlibScript(drawn: Drawn): string {
  const { title, x, y, lines } = drawn;
  const onClock = drawn.unit === 'wall' && drawn.xScale.kind === 'linear';
  const place = (seconds: string) => (onClock ? `datetime.fromtimestamp(${seconds})` : seconds);
  const styles = lines
    .map(({ csv, run, label, colour, dash, superseded }) => {
      const shown = superseded ? OVERTAKEN : dash;
      const style = shown.length > 0 ? `(0, (${shown.map((px) => px / 1.5).join(', ')}))` : '"-"';
      // matplotlib leaves what begins so out of the legend.
      const name = superseded ? `_${label}` : label.replace(/^_/, '\u200b_');
      return `    (${text(csv)}, ${text(run)}): (${words(name)}, ${text(colour)}, ${style}),`;
    })
    .join('\n');
  const named = lines.filter((line) => !line.superseded);
  const longest = named.reduce((most, { label }) => Math.max(most, label.length), 0);
  const columns = Math.max(1, Math.min(named.length, Math.floor(CHARACTERS / (longest + ENTRY))));
  const height = HEIGHT + LEGEND_ROW * Math.ceil(named.length / columns);
  const xLabel = drawn.unit === 'relative' ? `${drawn.xLabel} (seconds)` : drawn.xLabel;
  const plots = [
    ...(drawn.band && lines.some((line) => line.csv.endsWith(`${GROUPS_SUFFIX}.csv`))
      ? ['    axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)']
      : []),
    ...(drawn.smooth && drawn.raw
      ? ['    axes.plot(x, value, color=colour, alpha=0.25, linewidth=0.8, zorder=1)']
      : []),
    `    axes.plot(x, ${drawn.smooth ? 'smoothed' : 'value'}, color=colour, linestyle=dash, linewidth=1.5, label=label)`,
  ];
  return `"""Draws ${pythonDoc(title)} again from the points saved beside it. Needs matplotlib 3.7 or newer."""

import csv
from collections import defaultdict
${onClock ? 'from datetime import datetime\n' : ''}from pathlib import Path

import matplotlib.pyplot as plt
${onClock ? 'from matplotlib.dates import ConciseDateFormatter\n' : ''}
# File, and run or group -> label, colour, dashes.
LINES = {
${styles}
}

points = defaultdict(list)
for name in {name for name, _ in LINES}:
    with open(Path(__file__).with_name(name), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            line = name, row["run" if "run" in row else "group"]
            value = row["value" if "run" in row else "centre"]
            numbers = value, row["smoothed"], row.get("low", "nan"), row.get("high", "nan")
            points[line].append([${place('float(row["x"])')}, *map(float, numbers)])

figure, axes = plt.subplots(figsize=(${WIDTH}, ${height.toFixed(2)}), layout="constrained")
for line, (label, colour, dash) in LINES.items():
    if line not in points:
        continue
    x, value, smoothed, low, high = zip(*points[line])
${plots.join('\n')}
axes.set(title=${words(title)}, xlabel=${words(xLabel)})
axes.set(xlim=(${x.map((end) => place(String(end))).join(', ')}), ylim=(${y.join(', ')}))
${scaleCall('x', drawn.xScale)}${scaleCall('y', drawn.yScale)}${onClock ? 'axes.xaxis.set_major_formatter(ConciseDateFormatter(axes.xaxis.get_major_locator()))\n' : ''}axes.grid(axis="y", alpha=0.3)
axes.spines[["top", "right"]].set_visible(False)
figure.legend(loc="outside lower left", ncols=${columns}, frameon=False, fontsize="small")
figure.savefig(Path(__file__).with_suffix(".pdf"))
`;
}

function scaleCall(axis: 'x' | 'y', scale: Scale): string {
  if (scale.kind === 'linear') return '';
  return `axes.set_${axis}scale(${text(scale.kind)}${scale.kind === 'symlog' ? `, linthresh=${scale.c}` : ''})\n`;
}

/** A Python string: JSON's are. */
function text(value: string): string {
  return JSON.stringify(value);
}

/** The same, of words that are shown: between two dollars matplotlib reads mathematics. */
function words(value: string): string {
  return text(value.replace(/\$/g, '\\$'));
}

/** Inside a docstring nothing may end it. */
function pythonDoc(value: string): string {
  return value.replace(/[\\"\n\r]/g, ' ');
}
