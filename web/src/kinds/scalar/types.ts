/** The room's nouns. What travels is named in lib/schema.ts, which is made from the server's own types. */

import type { Range, Rows } from '../../lib/chart/row';
import type { components } from '../../lib/schema';

export type { Range, Rows } from '../../lib/chart/row';
export type { XUnit } from '../../lib/chart/tick';

type Question = components['schemas']['ScalarSeriesQuery'];
/** What a card asks; what it leaves out has its default. */
export type SeriesQuery = Pick<Question, 'tag' | 'runs'> & Partial<Question>;
/** What is saved to a file. */
export type PointsQuery = components['schemas']['ScalarPointsQuery'];
export type SeriesMetadata = components['schemas']['ScalarSeriesMetadata'];
type GroupsQuestion = components['schemas']['ScalarGroupsQuery'];
export type GroupsQuery = Pick<GroupsQuestion, 'tag' | 'groups'> & Partial<GroupsQuestion>;
export type GroupPointsQuery = components['schemas']['ScalarGroupPointsQuery'];
export type GroupsMetadata = components['schemas']['ScalarGroupsMetadata'];

/** What a line of a group is made of. */
export interface Spread {
  /** The runs that have the tag. */
  readonly runs: readonly string[];
  /** Values that are NaN or infinite and took no part. */
  readonly leftOut: number;
  /** Values that lie between two points of their run. */
  readonly interpolated: number;
  /** Every how many-th place was counted. */
  readonly stride: number;
}

/** A run went on from `step`, of which it had logged later ones before. */
export interface Restart {
  readonly step: number;
  readonly x: number | null;
}

/** One run's points, or one group's, as far as a card has them. */
export interface Line {
  /** The run, or the key of the group. */
  readonly run: string;
  readonly tag: string;
  /** The points that a restart has overtaken, as a line of their own. */
  readonly superseded: boolean;
  readonly rows: Rows;
  /** The first and last value of rows of several points, and the wall times, are there; otherwise stand-ins are. */
  readonly detail: boolean;
  /** Points of the whole line on disk. */
  readonly points: number;
  /** Points without a place on this axis: their wall time is not finite. */
  readonly unplaced: number;
  /** First and last x of the whole line, whatever was asked for; null when no point has a place. */
  readonly extent: Range | null;
  /** Wall time of the run's first point of this tag; null when none is finite. */
  readonly began: number | null;
  /** Where its run went again over steps that it had logged, by step; `x` is where it stands here. Of single runs only. */
  readonly restarts: readonly Restart[];
  /** Of a group only: then `rows` has its band. */
  readonly spread?: Spread;
}
