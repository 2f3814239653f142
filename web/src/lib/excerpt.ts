/** A piece of a text and what stands around it, in as much room as there is. Pure. */

import { cutMiddle } from './name';

export interface Excerpt {
  readonly before: string;
  readonly piece: string;
  readonly after: string;
}

/** The piece from `at` to `end` of a text with what stands before and after it, in `limit` characters; "…" is for what is left out. */
export function excerpt(text: string, at: number, end: number, limit: number): Excerpt {
  // By code points, so that a cut never halves a character.
  const [before, after] = [Array.from(text.slice(0, at)), Array.from(text.slice(end))];
  const around = before.length + after.length;
  const piece = cutMiddle(text.slice(at, end), Math.max(limit - around, Math.ceil(limit / 2)));
  const room = limit - Array.from(piece).length;
  // What was written last before it says more than what comes after.
  const left = Math.min(before.length, Math.max(room - after.length, Math.ceil((2 * room) / 3)));
  const right = Math.min(after.length, room - left);
  return {
    before: left < before.length ? '…' + before.slice(before.length - Math.max(0, left - 1)).join('') : before.join(''),
    piece,
    after: right < after.length ? after.slice(0, Math.max(0, right - 1)).join('') + '…' : after.join(''),
  };
}
