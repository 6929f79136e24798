// Similarity of two strings held as 16-bit code units in one shared array (`Packed`).
// Pure and allocation-free: these run tens of millions of times.
// Jaro 1989, Winkler 1990 (prefix scale 0.1, at most 4, no boost threshold); optimal string alignment distance
// (Damerau–Levenshtein with non-overlapping transpositions).

/** All distinct values of a column behind each other; value v is units[starts[v] .. starts[v+1]). */
export interface Packed {
  readonly units: Uint16Array;
  readonly starts: Int32Array;
  /** Which units each value has, as a set of 32 (units share a bit when equal modulo 32). */
  readonly sets: Int32Array;
  /** Length (at most 255) and first unit of each value in one number: length + 256 · unit. */
  readonly heads: Int32Array;
}

/** Lays values out for comparison; cost is one pass. */
export function packValues(values: readonly string[], maxChars: number): Packed {
  const starts = new Int32Array(values.length + 1);
  let total = 0;
  for (let v = 0; v < values.length; v++) {
    starts[v] = total;
    total += Math.min(values[v]?.length ?? 0, maxChars);
  }
  starts[values.length] = total;
  const units = new Uint16Array(total);
  const sets = new Int32Array(values.length);
  const heads = new Int32Array(values.length);
  for (let v = 0; v < values.length; v++) {
    const value = values[v] ?? "";
    const start = starts[v] ?? 0;
    const length = (starts[v + 1] ?? 0) - start;
    let set = 0;
    for (let k = 0; k < length; k++) {
      const unit = value.charCodeAt(k);
      units[start + k] = unit;
      set |= 1 << (unit & 31);
    }
    sets[v] = set;
    heads[v] = Math.min(length, 255) + 256 * (length === 0 ? 0 : (units[start] as number));
  }
  return { units, starts, sets, heads };
}

const at = (array: Uint16Array | Int32Array, index: number): number => array[index] as number;

/** Jaro–Winkler similarity in [0, 1] of values `a` and `b`; strings beyond 32 units are compared by their first 32. */
export function jaroWinkler(packed: Packed, a: number, b: number): number {
  return comesFirst(packed, a, b) ? jaroWinklerOrdered(packed, a, b) : jaroWinklerOrdered(packed, b, a);
}

/** The greedy matching of Jaro depends on which string leads; an order by content makes it symmetric. */
function comesFirst(packed: Packed, a: number, b: number): boolean {
  const { units, starts } = packed;
  const gap = lengthOf(packed, a) - lengthOf(packed, b);
  if (gap !== 0) return gap < 0;
  const prefix = commonPrefix(packed, a, b);
  return (
    prefix === lengthOf(packed, a) || at(units, at(starts, a) + prefix) < at(units, at(starts, b) + prefix)
  );
}

function jaroWinklerOrdered(packed: Packed, a: number, b: number): number {
  const { units, starts } = packed;
  const startA = at(starts, a);
  const startB = at(starts, b);
  const lengthA = Math.min(at(starts, a + 1) - startA, 32);
  const lengthB = Math.min(at(starts, b + 1) - startB, 32);
  if (lengthA === 0 || lengthB === 0) return 0;
  const reach = Math.max(0, (Math.max(lengthA, lengthB) >> 1) - 1);
  let seenA = 0;
  let seenB = 0;
  let matches = 0;
  for (let i = 0; i < lengthA; i++) {
    const unit = at(units, startA + i);
    const to = Math.min(lengthB - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= to; j++) {
      if ((seenB >>> j) & 1 || at(units, startB + j) !== unit) continue;
      seenA |= 1 << i;
      seenB |= 1 << j;
      matches++;
      break;
    }
  }
  if (matches === 0) return 0;
  let outOfOrder = 0;
  let j = 0;
  for (let i = 0; i < lengthA; i++) {
    if (!((seenA >>> i) & 1)) continue;
    while (!((seenB >>> j) & 1)) j++;
    if (at(units, startA + i) !== at(units, startB + j)) outOfOrder++;
    j++;
  }
  const jaro = (matches / lengthA + matches / lengthB + (matches - outOfOrder / 2) / matches) / 3;
  let prefix = 0;
  const maxPrefix = Math.min(4, lengthA, lengthB);
  while (prefix < maxPrefix && at(units, startA + prefix) === at(units, startB + prefix)) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** True when one insertion, deletion, substitution or swap of neighbours turns value `a` into `b`; linear time. */
export function isOneEditApart(packed: Packed, a: number, b: number): boolean {
  const { units, starts, sets } = packed;
  // One edit takes at most one unit away and brings at most one.
  const [setA, setB] = [at(sets, a), at(sets, b)];
  const [lost, won] = [setA & ~setB, setB & ~setA];
  if ((lost & (lost - 1)) !== 0 || (won & (won - 1)) !== 0) return false;
  let i = at(starts, a);
  let j = at(starts, b);
  let endA = at(starts, a + 1);
  let endB = at(starts, b + 1);
  const gap = endA - i - (endB - j);
  if (gap > 1 || gap < -1) return false;
  while (i < endA && j < endB && at(units, i) === at(units, j)) {
    i++;
    j++;
  }
  while (endA > i && endB > j && at(units, endA - 1) === at(units, endB - 1)) {
    endA--;
    endB--;
  }
  const restA = endA - i;
  const restB = endB - j;
  if (restA <= 1 && restB <= 1) return true;
  if (restA !== 2 || restB !== 2) return false;
  return at(units, i) === at(units, j + 1) && at(units, i + 1) === at(units, j);
}

/** Optimal string alignment distance of values `a` and `b`, or `limit + 1` when it is larger than `limit`. */
export function editDistance(packed: Packed, a: number, b: number, limit: number, rows: Int32Array): number {
  const { units, starts } = packed;
  const startA = at(starts, a);
  const startB = at(starts, b);
  const lengthA = at(starts, a + 1) - startA;
  const lengthB = at(starts, b + 1) - startB;
  if (Math.abs(lengthA - lengthB) > limit) return limit + 1;
  const width = lengthB + 1;
  for (let j = 0; j <= lengthB; j++) rows[j] = j;
  for (let i = 1; i <= lengthA; i++) {
    const now = (i % 3) * width;
    const before = ((i + 2) % 3) * width;
    const beforeThat = ((i + 1) % 3) * width;
    rows[now] = i;
    let best = i;
    const unitA = at(units, startA + i - 1);
    for (let j = 1; j <= lengthB; j++) {
      const unitB = at(units, startB + j - 1);
      let cost = Math.min(
        at(rows, before + j) + 1,
        at(rows, now + j - 1) + 1,
        at(rows, before + j - 1) + (unitA === unitB ? 0 : 1),
      );
      const crossed =
        i > 1 && j > 1 && unitA === at(units, startB + j - 2) && unitB === at(units, startA + i - 2);
      if (crossed) cost = Math.min(cost, at(rows, beforeThat + j - 2) + 1);
      rows[now + j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return limit + 1;
  }
  return Math.min(at(rows, (lengthA % 3) * width + lengthB), limit + 1);
}

const countBits = (bits: number): number => {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/**
 * A bound that Jaro–Winkler cannot exceed: units that the other value lacks can not match. Cheap, and low for almost
 * all pairs picked at random.
 */
export function mostJaroWinkler(packed: Packed, a: number, b: number): number {
  const { sets, heads } = packed;
  const headA = heads[a] as number;
  const headB = heads[b] as number;
  const lengthA = headA & 255;
  const lengthB = headB & 255;
  if (lengthA > 32 || lengthB > 32) return 1;
  const setA = sets[a] as number;
  const setB = sets[b] as number;
  const mostA = lengthA - countBits(setA & ~setB);
  const mostB = lengthB - countBits(setB & ~setA);
  const matches = mostA < mostB ? mostA : mostB;
  if (matches <= 0) return 0;
  const jaro = ((matches * (lengthA + lengthB)) / (lengthA * lengthB) + 1) / 3;
  return headA >>> 8 === headB >>> 8 ? jaro + 0.4 * (1 - jaro) : jaro;
}

/** Units that two values have in common from the left. */
export function commonPrefix(packed: Packed, a: number, b: number): number {
  const { units, starts } = packed;
  const startA = at(starts, a);
  const startB = at(starts, b);
  const most = Math.min(at(starts, a + 1) - startA, at(starts, b + 1) - startB);
  let length = 0;
  while (length < most && at(units, startA + length) === at(units, startB + length)) length++;
  return length;
}

/** Length of a value in units. */
export function lengthOf(packed: Packed, value: number): number {
  return at(packed.starts, value + 1) - at(packed.starts, value);
}

/** First unit of a value, or 0 when it is empty. */
export function firstUnit(packed: Packed, value: number): number {
  return lengthOf(packed, value) === 0 ? 0 : at(packed.units, at(packed.starts, value));
}
