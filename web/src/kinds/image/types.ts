/** What the page knows of images: the mirror of `sightline/kinds/image/api.py`, in the page's own spelling. */

/** One record of a tag: the pictures of one `add_image` or `add_images`. */
export interface Shot {
  /** Whole number; exact to 2^53. */
  readonly step: number;
  /** Seconds since the Unix epoch; null when the file has no finite one. */
  readonly wallTime: number | null;
  /** Pictures in this record; 0 when it holds none that can be shown. */
  readonly samples: number;
  /** Key of the event file, changes when the file is replaced. */
  readonly file: string;
  /** Byte of the file at which the record begins. */
  readonly record: number;
  /** A restart has overtaken this step. */
  readonly superseded: boolean;
}

/** All records of a tag in a run, ascending by step. */
export interface Logged {
  readonly shots: readonly Shot[];
  /** Names them to the server. */
  readonly mark: string;
  /** False while a file that can't be opened leaves pictures uncounted. */
  readonly whole: boolean;
}

/** The images of one tag in one run, by step. */
export interface ImageSeries {
  /** Logged steps, ascending, each once. */
  readonly steps: Float64Array;
  /** What was logged at each of `steps`, oldest first: usually one shot, more when the step was logged again. */
  readonly shots: readonly (readonly Shot[])[];
  /** Shots that a restart has overtaken, shown or not. */
  readonly overtaken: number;
}

/** Where a picture stands in the film: everything but the step. */
export interface Place {
  readonly run: string;
  readonly tag: string;
  /** Index from 0. */
  readonly sample: number;
}

/** Why a place has no picture at a step. */
export type Missing =
  /** The run has not logged it. */
  | { kind: 'none' }
  /** Its first image is later. */
  | { kind: 'before'; first: number }
  /** It is over. */
  | { kind: 'ended'; last: number }
  /** It is live and has not come so far. */
  | { kind: 'ahead' }
  /** Its record has fewer pictures. */
  | { kind: 'sample'; samples: number };

/** What one cell shows. */
export type Cell =
  /** `exact` is false when the shot is the newest one before the step asked for. */
  { kind: 'shot'; shot: Shot; index: number; exact: boolean } | { kind: 'missing'; why: Missing } | { kind: 'loading' };
