import { describe, expect, it } from 'vitest';
import { LINEAR, LOG } from '../../lib/chart/scale';
import { matplotlibScript, type Drawn, type ScriptLine } from './script';

const line = (label: string, about: Partial<ScriptLine> = {}): ScriptLine => ({
  csv: 'loss.csv',
  run: label,
  label,
  colour: '#123456',
  dash: [],
  superseded: false,
  ...about,
});
const script = (about: Partial<Drawn> = {}) =>
  matplotlibScript({
    title: 'loss',
    xLabel: 'Step',
    unit: 'step',
    x: [0, 10],
    y: [0, 1],
    xScale: LINEAR,
    yScale: LINEAR,
    smooth: true,
    raw: true,
    band: true,
    lines: [line('a')],
    ...about,
  });

describe('the script', () => {
  it('has a legend below the axes, in as many columns as its names leave room for', () => {
    const columns = (names: string[]) => /ncols=(\d+)/.exec(script({ lines: names.map((name) => line(name)) }))![1];
    const height = (names: string[]) =>
      Number(/figsize=\(7, ([\d.]+)\)/.exec(script({ lines: names.map((name) => line(name)) }))![1]);
    const long = Array.from({ length: 24 }, (_, i) => `${i}`.padEnd(50, '-'));
    expect(columns(['a'])).toBe('1');
    expect(columns(['a', 'b', 'c'])).toBe('3');
    expect(columns(long)).toBe('1');
    expect(height(long)).toBeGreaterThan(height(['a']) + 4);
    expect(script()).toContain('loc="outside lower left"');
  });
  it('draws what a restart has overtaken dashed, and does not name it', () => {
    const lines = [line('a'), line('a', { run: 'a (superseded)', superseded: true })];
    expect(script({ lines })).toContain('("loss.csv", "a (superseded)"): ("_a", "#123456", (0, (2, 2))),');
  });
  it('shows names as they are: no mathematics between dollars, none left out for its first letter', () => {
    const text = script({ title: 'cost $a$', lines: [line('$x$'), line('_private')] });
    expect(text).toContain(String.raw`title="cost \\$a\\$"`);
    expect(text).toContain(String.raw`("loss.csv", "$x$"): ("\\$x\\$",`);
    expect(text).toContain('("loss.csv", "_private"): ("\u200b_private",');
  });
  it('has the time of day on an axis of it, and says that time passed is in seconds', () => {
    const wall = script({ unit: 'wall', xLabel: 'Time' });
    expect(wall).toContain('xlim=(datetime.fromtimestamp(0), datetime.fromtimestamp(10))');
    expect(script({ unit: 'wall', xScale: LOG })).not.toContain('datetime');
    expect(script({ unit: 'relative', xLabel: 'Time' })).toContain('xlabel="Time (seconds)"');
  });
  it('fills bands of groups alone, and only where they are drawn', () => {
    const lines = [line('g', { csv: 'loss.groups.csv' })];
    expect(script()).not.toContain('fill_between');
    expect(script({ lines })).toContain('fill_between');
    expect(script({ lines, band: false })).not.toContain('fill_between');
  });
});
