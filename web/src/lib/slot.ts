/** Which of the palette's 12 slots a run has, and how two runs with one slot are told apart. */

/** Number of run colours in tokens.css (`--run-1` ... `--run-12`). */
export const SLOTS = 12;

/** Dash patterns in CSS pixels (on, off, ...), for the first, second ... visible run of a slot. Empty is a solid line. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2]];

/** Slot 1 ... 12 of a run's name: the same in every session and on every machine. FNV-1a over UTF-8, then mixed (murmur3's finaliser). */
export function slotOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return ((hash >>> 0) % SLOTS) + 1;
}

/**
 * The dash pattern of each visible run. `slots` are in the order of the table; the first run of a slot is solid, the next dashed.
 * Beyond the patterns there are, they come round again.
 */
export function assignDashes(slots: readonly number[]): (readonly number[])[] {
  const seen = new Map<number, number>();
  return slots.map((slot) => {
    const nth = seen.get(slot) ?? 0;
    seen.set(slot, nth + 1);
    return DASHES[nth % DASHES.length]!;
  });
}
