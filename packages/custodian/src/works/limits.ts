/** Bounds of the list of long work. */
export const worksLimits = {
  /** Of each kind in the list, newest first: what is under way, and what ended lately. */
  listed: 10,
} as const;
