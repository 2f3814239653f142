/** The room's nouns. What travels is named in lib/schema.ts, which is made from the server's own types. */

import type { Range, Rows } from '../../lib/chart/row';
import type { components } from '../../lib/schema';

export type { Range, Rows } from '../../lib/chart/row';
export type { XUnit } from '../../lib/chart/tick';

/** What a card asks. */
export type SeriesQuery = components['schemas']['ScalarSeriesQuery'];
export type SeriesMetadata = components['schemas']['ScalarSeriesMetadata'];

/** One run's points, as far as a card has them. */
export interface Line {
  readonly run: string;
  /** The points that a restart has overtaken, as a line of their own. */
  readonly superseded: boolean;
  readonly rows: Rows;
  /** Points of the whole line on disk. */
  readonly points: number;
  /** Points without a place on this axis: their wall time is not finite. */
  readonly unplaced: number;
  /** First and last x of the whole line, whatever was asked for; null when no point has a place. */
  readonly extent: Range | null;
}
