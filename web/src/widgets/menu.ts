/** One line of a menu. */
export interface MenuItem {
  text: string;
  run: () => void;
  /** The text is the name of a run or tag: what is too long is cut in its middle. */
  name?: boolean;
  /** Makes it one of several choices. */
  checked?: boolean;
  /** A sentence: it goes on in further lines rather than being cut. */
  wrap?: boolean;
  disabled?: boolean;
  /** Why it is disabled, or more about it. */
  title?: string;
  /** Quiet, at the right. */
  note?: string;
  /** A quiet line above this one. */
  heading?: string;
}
