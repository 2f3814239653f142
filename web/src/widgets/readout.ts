/** One line of a readout. */
export interface ReadoutRow {
  key: string;
  label: string;
  /** What stands in a second column of words, where there is one. */
  part?: string;
  /** CSS colour. */
  colour: string;
  dash?: readonly number[];
  /** Figures, written out, one for each column. */
  cells: readonly string[];
  /** The line nearest to the pointer. */
  near?: boolean;
}
