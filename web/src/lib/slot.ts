/** Which of the palette's 12 slots a run has by its name, what is done when two runs want one slot, and how runs that share one are told apart. */

/** Number of run colours in tokens.css (`--run-1` ... `--run-12`). */
export const SLOTS = 12;

/** Dash patterns in CSS pixels (on, off, ...), for the first, second ... visible run of a slot. Empty is a solid line. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [9, 3, 2, 3], [4, 2]];

/** Slot 1 ... 12 that a run's name asks for: the same in every session and on every machine. FNV-1a over UTF-8, then mixed (murmur3's finaliser). */
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
 * The slot of every run of a log directory. `names` are all of them in natural order, shown or not, so that switching one off recolours
 * none. The first run of a slot has it; a later one that clashes gets the nearest slot that no run has, five further each time so that
 * neighbours in the table are no neighbours on the wheel. When all 12 are taken it keeps its own, and is dashed. Whatever the number of
 * runs, the runs that come first in their slot never change colour by this. `others` are slots that are taken already.
 */
export function assignSlots(names: readonly string[], others: readonly number[] = []): Map<string, number> {
  const slots = new Map<string, number>();
  const taken = new Set<number>(others);
  const clashing: string[] = [];
  for (const name of names) {
    const own = slotOf(name);
    slots.set(name, own);
    if (taken.has(own)) clashing.push(name);
    else taken.add(own);
  }
  for (const name of clashing) {
    if (taken.size === SLOTS) break;
    let slot = slots.get(name)!;
    // 5 and 12 have no common divisor: this comes by every slot.
    while (taken.has(slot)) slot = ((slot - 1 + 5) % SLOTS) + 1;
    slots.set(name, slot);
    taken.add(slot);
  }
  return slots;
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
