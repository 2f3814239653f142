/** A short matplotlib script that draws a chart again from the CSV files saved beside it. Pure. */
import type { Range } from '../../lib/chart/row';
import type { Scale } from '../../lib/chart/scale';

export interface Drawn {
  readonly title: string;
  readonly xLabel: string;
  readonly x: Range;
  readonly y: Range;
  readonly xScale: Scale;
  readonly yScale: Scale;
  /** The smoothed line is the line; otherwise the values are. */
  readonly smooth: boolean;
  /** The values are drawn faintly under it. */
  readonly raw: boolean;
  /** `csv` is the name of the file that has a line's points, a run's or a group's. */
  readonly lines: readonly { csv: string; run: string; label: string; colour: string; dash: readonly number[] }[];
}

export function matplotlibScript(drawn: Drawn): string {
  const { title, xLabel, x, y, smooth, raw } = drawn;
  const styles = drawn.lines
    .map(({ csv, run, label, colour, dash }) => {
      const style = dash.length > 0 ? `(0, (${dash.map((px) => px / 1.5).join(', ')}))` : '"-"';
      return `    (${text(csv)}, ${text(run)}): (${text(label)}, ${text(colour)}, ${style}),`;
    })
    .join('\n');
  const plots = smooth
    ? [
        ...(raw ? ['    axes.plot(x, value, color=colour, alpha=0.25, linewidth=0.8)'] : []),
        '    axes.plot(x, smoothed, color=colour, linestyle=dash, linewidth=1.5, label=label)',
      ]
    : ['    axes.plot(x, value, color=colour, linestyle=dash, linewidth=1.5, label=label)'];
  return `"""Draws ${pythonDoc(title)} again from the points saved beside it. Needs matplotlib."""

import csv
from collections import defaultdict
from pathlib import Path

import matplotlib.pyplot as plt

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
            band = row.get("low", "nan"), row.get("high", "nan")
            points[line].append([float(one) for one in (row["x"], value, row["smoothed"], *band)])

figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
for line, (label, colour, dash) in LINES.items():
    if line not in points:
        continue
    x, value, smoothed, low, high = zip(*points[line])
    axes.fill_between(x, low, high, color=colour, alpha=0.15, linewidth=0)
${plots.join('\n')}
axes.set(title=${text(title)}, xlabel=${text(xLabel)}, xlim=(${x.join(', ')}), ylim=(${y.join(', ')}))
${scaleCall('x', drawn.xScale)}${scaleCall('y', drawn.yScale)}axes.grid(axis="y", alpha=0.3)
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False, fontsize="small")
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

/** Inside a docstring nothing may end it. */
function pythonDoc(value: string): string {
  return value.replace(/[\\"\n\r]/g, ' ');
}
