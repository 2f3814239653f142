/** What the page knows of texts: the mirror of `sightline/kinds/text/api.py`, in the page's own spelling. */

/** One logged step of a tag in a run. */
export interface TextStep {
  /** Whole number; exact to 2^53. */
  readonly step: number;
  /** Seconds since the Unix epoch; null when the file has no finite one. */
  readonly wallTime: number | null;
  /** A restart has overtaken this step. */
  readonly superseded: boolean;
}

/** One text, ready to be shown. */
export interface TextEntry extends TextStep {
  /** Index into the answer's steps. */
  readonly index: number;
  /** Sanitised by the server. Empty when there is an error. */
  readonly html: string;
  /** Why the text can't be shown; empty when it can. */
  readonly error: string;
}

/** The texts of one tag in one run, by step, ascending. */
export interface TextSeries {
  /** Steps that are shown; a step that was logged twice is there twice. */
  readonly steps: Float64Array;
  /** Index of each of them into the answer. */
  readonly indexes: Int32Array;
  /** The answer itself. */
  readonly all: readonly TextStep[];
  /** How many a restart has overtaken, shown or not. */
  readonly overtaken: number;
}
