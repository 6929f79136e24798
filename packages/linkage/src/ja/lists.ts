// The reference lists that Japanese comparison can use. The engine ships its own small ones; larger lists with their
// own licences (MJ map, reading lists) are loaded by the caller (see load.ts) and passed in.

/** Lists to compare Japanese names with; empty lists make the comparison weaker, never wrong. */
export interface JapaneseLists {
  /** Variant character to the character it is compared as. */
  readonly variants: ReadonlyMap<string, string>;
  /** Written surname or given name to its known readings, in folded kana. */
  readonly readings: ReadonlyMap<string, readonly string[]>;
}

export const NO_LISTS: JapaneseLists = { variants: new Map(), readings: new Map() };
