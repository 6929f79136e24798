// A small seeded generator (mulberry32, public domain, T. Ettinger 2017): the same seed gives the same run everywhere.

export type Random = () => number;

/** Uniform numbers in [0, 1) from a 32-bit seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
