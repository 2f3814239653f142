/** What a card says at its foot: one remark each, the gravest first. Pure: the words; Foot.svelte shows them with their way out. */

import { count, formatInt } from '../../lib/format';
import type { ChartSpec } from './chart';
import { allNotFinite, overtakenOf } from './model';
import type { Line, XUnit } from './types';

export interface Remark {
  readonly what: 'broken' | 'outdated' | 'damaged' | 'overtaken' | 'left out';
  readonly text: string;
  /** Strong, before the text. */
  readonly head?: string;
  /** The step it is about, or the run. */
  readonly step?: number;
  readonly run?: string;
  /** What was overtaken is drawn. */
  readonly shown?: boolean;
}

/** What there is to say about a card. */
export interface Remarkable {
  readonly chart: ChartSpec;
  /** Tags of it that there are, and how many an expression finds beyond those drawn. */
  readonly known: number;
  readonly more: number;
  readonly error: string | null;
  readonly lines: readonly Line[];
  /** Those of them that are drawn. */
  readonly shown: readonly Line[];
  /** Why the newest points did not come; null when they did. */
  readonly outdated: string | null;
  /** Runs that lost records, and what of the first. */
  readonly damaged: readonly { readonly run: string; readonly label: string }[];
  readonly lost: string;
  /** Values below zero have no place. */
  readonly dropped: boolean;
  readonly unit: XUnit;
  readonly xTag: string;
  /** The x axis is logarithmic. */
  readonly xLog: boolean;
}

export function remarksOf(about: Remarkable): Remark[] {
  const out: Remark[] = [];
  const current = about.lines.filter((line) => !line.superseded);
  const broken = current.length > 0 ? allNotFinite(current) : null;
  if (broken) {
    const text = `all ${formatInt(broken.points)} points; first at step ${formatInt(broken.step)}`;
    out.push({ what: 'broken', head: broken.what, text, step: broken.step });
  }
  if (about.outdated !== null) out.push({ what: 'outdated', text: `Not up to date. ${about.outdated}` });
  const hurt = about.damaged[0];
  if (hurt) {
    const others = about.damaged.length - 1;
    const also = others > 0 ? ` ${count(others, 'other run')} ${others === 1 ? 'has' : 'have'} damage too.` : '';
    out.push({ what: 'damaged', head: hurt.label, text: about.lost + also, run: hurt.run });
  }
  const overtaken = overtakenOf(about.lines);
  if (overtaken) {
    const also = overtaken.runs > 1 ? ` and in ${count(overtaken.runs - 1, 'other run')}` : '';
    const visible = about.shown.some((line) => line.superseded);
    const all = current.reduce((sum, line) => sum + line.points, overtaken.points);
    const points = visible
      ? `${formatInt(overtaken.points)} of ${count(all, 'point')}`
      : count(overtaken.points, 'point');
    const first = formatInt(overtaken.at);
    // Several may begin at one step: a run that crashes again and again.
    const restarted =
      overtaken.runs === 1 && overtaken.branches > 1
        ? `Restarts from ${first} on left ${count(overtaken.branches, 'branch', 'branches')}`
        : `Restart at ${first}`;
    const text = `${restarted}${also}, ${points} superseded${visible ? ', drawn dashed' : ''}`;
    out.push({ what: 'overtaken', text, shown: visible });
  }
  if (about.dropped) out.push({ what: 'left out', text: 'Values of zero and below are left out on a log axis' });
  // On a logarithmic axis of steps that is step 0, on every card: the note says it.
  const unplaced = about.unit === 'step' ? 0 : about.lines.reduce((sum, line) => sum + line.unplaced, 0);
  if (unplaced > 0) {
    const above = about.xLog ? ' above zero' : '';
    // Beyond its first and last step a tag has none, and between them where it is not finite.
    const where = about.unit === 'tag' ? `where ${about.xTag} has no value${above}` : `without a time${above}`;
    const text = `${count(unplaced, 'point')} ${where} ${unplaced === 1 ? 'has' : 'have'} no place on this axis`;
    out.push({ what: 'left out', text });
  }
  const spreads = about.lines.flatMap((line) => line.spread ?? []);
  const without = spreads.reduce((sum, spread) => sum + spread.leftOut, 0);
  if (without > 0) {
    const text = `${count(without, 'value')} NaN or infinite ${without === 1 ? 'takes' : 'take'} no part in ${without === 1 ? 'its group' : 'their groups'}`;
    out.push({ what: 'left out', text });
  }
  const stride = spreads.reduce((most, spread) => Math.max(most, spread.stride), 1);
  if (stride > 1) {
    out.push({ what: 'left out', text: `So many points: groups are counted at every ${formatInt(stride)}th step` });
  }
  if (about.error !== null) out.push({ what: 'left out', text: about.error });
  const missing = about.chart.tags.length - about.known;
  if (missing > 0 && about.known > 0) {
    out.push({
      what: 'left out',
      text: `${count(missing, 'tag')} of it ${missing === 1 ? 'is' : 'are'} in no run here`,
    });
  }
  if (about.more > 0) {
    out.push({
      what: 'left out',
      text: `${formatInt(about.known)} of ${count(about.known + about.more, 'tag')} that match are drawn`,
    });
  }
  return out;
}
