/** Where cards stand: sections nested by the parts of tags, the sizes that somebody gave them, and the rows they fill. Pure. */

// ── sections ─────────────────────────────────────────────────────────────────

export interface Section {
  /** The parts of tags that lead here, joined: what a fold is remembered by. */
  readonly path: string;
  /** The path without the part that the section around it has said. */
  readonly name: string;
  /** Tags of cards that stand in it directly. */
  readonly tags: readonly string[];
  readonly sections: readonly Section[];
  /** Cards of it and of the sections below. */
  readonly count: number;
}

interface Branch {
  readonly tags: string[];
  readonly below: Map<string, Branch>;
}

/**
 * Tags by their parts, in the order they come. A tag of one part is a section by its own name. A chain of sections that hold nothing but
 * the next is one section; one card alone makes no section below another: it stands in the one around it.
 */
export function treeOf(tags: readonly string[]): Section[] {
  const root: Branch = { tags: [], below: new Map() };
  for (const tag of tags) {
    const parts = tag.split('/');
    let at = root;
    for (const part of parts.length > 1 && parts[0] !== '' ? parts.slice(0, -1) : [tag]) {
      let next = at.below.get(part);
      if (!next) at.below.set(part, (next = { tags: [], below: new Map() }));
      at = next;
    }
    at.tags.push(tag);
  }
  return [...root.below].map(([name, branch]) => sectionOf(name, name, branch));
}

function sectionOf(name: string, path: string, branch: Branch): Section {
  const tags = [...branch.tags];
  const sections: Section[] = [];
  for (const [part, below] of branch.below) {
    const section = sectionOf(part, `${path}/${part}`, below);
    if (section.count === 1) tags.push(...section.tags);
    else sections.push(section);
  }
  const only = sections[0];
  if (only && sections.length === 1 && tags.length === 0) return { ...only, name: `${name}/${only.name}` };
  const count = tags.length + sections.reduce((sum, section) => sum + section.count, 0);
  return { path, name, tags, sections, count };
}

/** Every section's path, from the outermost. */
export function pathsOf(sections: readonly Section[]): string[] {
  return sections.flatMap((section) => [section.path, ...pathsOf(section.sections)]);
}

/** What a chart has of its own in texts `value,id`; null when it has nothing. */
export function ownOf(texts: readonly string[], id: string): string | null {
  const own = texts.find((text) => text.slice(text.indexOf(',') + 1) === id);
  return own === undefined ? null : own.slice(0, own.indexOf(','));
}

/** The texts with this chart's own value, or without one when it is null. */
export function withOwn(texts: readonly string[], id: string, value: string | null): string[] {
  const others = texts.filter((text) => text.slice(text.indexOf(',') + 1) !== id);
  return value === null ? others : [...others, `${value},${id}`];
}

// ── sizes ────────────────────────────────────────────────────────────────────

/** How many columns a card takes, and how high its plot is in pixels. */
export interface Size {
  readonly span: number;
  readonly height: number;
}

export const LEAST_HEIGHT = 96;
export const MOST_HEIGHT = 900;

/** `span,height,id` -> id -> size. What is no size is left out. */
export function parseSizes(texts: readonly string[]): Map<string, Size> {
  const out = new Map<string, Size>();
  for (const text of texts) {
    const [, span, height, id] = /^(\d+),(\d+),(.*)$/s.exec(text) ?? [];
    if (id !== undefined) out.set(id, sizeOf(Number(span), Number(height)));
  }
  return out;
}

/** The texts with this card's size set, or taken away when `size` is null. */
export function withSize(texts: readonly string[], id: string, size: Size | null): string[] {
  const sizes = parseSizes(texts);
  if (size === null) sizes.delete(id);
  else sizes.set(id, sizeOf(size.span, size.height));
  return [...sizes].map(([one, { span, height }]) => `${span},${height},${one}`);
}

/** A size within what can be drawn. */
export function sizeOf(span: number, height: number): Size {
  return {
    span: Math.min(12, Math.max(1, Math.round(span))),
    height: Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, Math.round(height))),
  };
}

// ── rows ─────────────────────────────────────────────────────────────────────

/** Some rows of cards, which are built together. */
export interface Piece<T> {
  readonly cards: readonly T[];
  /** Index of the first among all cards. */
  readonly from: number;
  /** Of the rows' plots, added up, and how many rows there are. */
  readonly height: number;
  readonly rows: number;
}

/** Cards as a grid of `columns` fills its rows with them, in pieces of at most `most` rows. */
export function pack<T>(cards: readonly T[], columns: number, most: number, sizeOf: (card: T) => Size): Piece<T>[] {
  const out: Piece<T>[] = [];
  let [from, height, rows, used, highest] = [0, 0, 0, 0, 0];
  const close = (to: number) => {
    if (to > from) out.push({ cards: cards.slice(from, to), from, height: height + highest, rows });
    [from, height, rows, used, highest] = [to, 0, 0, 0, 0];
  };
  cards.forEach((card, i) => {
    const size = sizeOf(card);
    const span = Math.min(columns, size.span);
    if (rows === 0 || used + span > columns) {
      if (rows === most) close(i);
      height += highest;
      [used, highest] = [0, 0];
      rows++;
    }
    used += span;
    highest = Math.max(highest, size.height);
  });
  close(cards.length);
  return out;
}
