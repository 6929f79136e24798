// Comparison of free text (titles, names of products, memos, descriptions): the cosine of two texts over what they are
// made of, each piece weighted by its rarity (Salton and Buckley 1988). Short text is made of runs of three characters, so
// that misspelt, joined and split words still meet; long text of words. Fellegi–Sunter needs levels, so the cosine is cut.

import type { Column } from "../column.ts";
import { comparisonOf, levelsOf, type Comparison } from "./comparison.ts";
import { wordsOf, type WordWeights } from "./words.ts";

/** Mean length in characters from which a column is compared by words: its runs of three would be hundreds. */
const LONG_TEXT_CHARS = 100;
const BOUNDS: readonly number[] = [
  0.06, 0.1, 0.14, 0.18, 0.22, 0.27, 0.32, 0.38, 0.44, 0.5, 0.57, 0.64, 0.72, 0.8, 0.9,
];

/** Free text: cosine of rarity-weighted pieces, in levels. */
export function compareTexts(
  name: string,
  columns: readonly string[],
  column: Column,
  known?: WordWeights,
): Comparison {
  const table = tableOf(column.values, known?.(name));
  const levels = levelsOf(
    ["different", 0.05],
    ...BOUNDS.map((bound): [string, number] => [`${Math.round(100 * bound)} % alike`, 0.02 + 0.06 * bound]),
    ["same", 0.25, 1],
  );
  const compare = (a: number, b: number): number => {
    const share = cosine(table, a, b);
    let level = 1;
    for (const bound of BOUNDS) if (share >= bound) level++;
    return level;
  };
  return {
    ...comparisonOf(name, columns, column, levels, compare),
    wordWeights: table.weightOf,
    isOrdered: true,
  };
}

interface PieceTable {
  /** Pieces of value v in order of their numbers: pieces[starts[v] .. starts[v + 1]). */
  readonly starts: Int32Array;
  readonly pieces: Int32Array;
  /** Squared rarity of each piece. */
  readonly squares: Float64Array;
  readonly norms: Float64Array;
  readonly weightOf: ReadonlyMap<string, number>;
}

function tableOf(values: readonly string[], known: ReadonlyMap<string, number> | undefined): PieceTable {
  const isLong = known === undefined ? isLongText(values) : known.has(LONG_MARK);
  const codes = new Map<string, number>();
  const holders: number[] = [];
  const lists = values.map((value) => {
    const list = (isLong ? [...new Set(wordsOf(value))] : runsOf(value)).map((piece) => {
      const before = codes.get(piece);
      if (before !== undefined) return before;
      codes.set(piece, holders.length);
      return holders.push(0) - 1;
    });
    for (const piece of list) holders[piece] = (holders[piece] as number) + 1;
    return Int32Array.from(list).sort();
  });
  const weightOf = new Map<string, number>();
  if (isLong) weightOf.set(LONG_MARK, 0);
  const squares = new Float64Array(holders.length);
  const unseen = Math.log(1 + (known?.size ?? 0));
  for (const [piece, code] of codes) {
    const rarity =
      known === undefined
        ? Math.log(1 + values.length / (holders[code] as number))
        : (known.get(piece) ?? unseen);
    weightOf.set(piece, rarity);
    squares[code] = rarity * rarity;
  }
  const starts = new Int32Array(values.length + 1);
  for (const [v, list] of lists.entries()) starts[v + 1] = (starts[v] as number) + list.length;
  const pieces = new Int32Array(starts[values.length] as number);
  for (const [v, list] of lists.entries()) pieces.set(list, starts[v]);
  const norms = Float64Array.from(lists, (list) =>
    Math.sqrt(list.reduce((sum, piece) => sum + (squares[piece] as number), 0)),
  );
  return { starts, pieces, squares, norms, weightOf };
}

/** Entry of the weights that says a column is compared by words; no folded text holds it. */
const LONG_MARK = "\u0000long";

function isLongText(values: readonly string[]): boolean {
  const sample = values.slice(0, 5_000);
  return sample.reduce((sum, value) => sum + value.length, 0) > LONG_TEXT_CHARS * sample.length;
}

/** Different runs of three characters of a text with its ends marked; of two where a script has no spaces. */
function runsOf(text: string): string[] {
  const length = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text) ? 2 : 3;
  const marked = ` ${text} `;
  const runs = new Set<string>();
  for (let k = 0; k + length <= marked.length; k++) runs.add(marked.slice(k, k + length));
  return [...runs];
}

function cosine({ starts, pieces, squares, norms }: PieceTable, a: number, b: number): number {
  let i = starts[a] as number;
  let j = starts[b] as number;
  const endA = starts[a + 1] as number;
  const endB = starts[b + 1] as number;
  let shared = 0;
  while (i < endA && j < endB) {
    const left = pieces[i] as number;
    const right = pieces[j] as number;
    if (left === right) shared += squares[left] as number;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return shared / ((norms[a] as number) * (norms[b] as number) + 1e-12);
}
