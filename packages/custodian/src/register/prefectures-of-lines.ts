/** Where the persons of a batch live, by the last of their lines that says it. Pure. Called by `register-lines.ts` only. */
import type { AcceptedLines } from "./accepted-lines.ts";
import { prefectureIn } from "./prefecture.ts";

export interface PrefecturesOfLines {
  /** Of the persons whom the batch made, in their order. */
  readonly codes: Uint8Array;
  /** Of persons who were there before. */
  readonly moves: readonly { readonly personKey: Uint8Array; readonly prefecture: number }[];
}

export function prefecturesOf(lines: AcceptedLines): PrefecturesOfLines {
  const byLine = new Uint8Array(lines.count);
  const moves = new Map<object, { readonly personKey: Uint8Array; readonly prefecture: number }>();
  for (let i = 0; i < lines.count; i++) {
    const prefecture = prefectureIn(lines.batch.factsAt(lines.places[i] ?? 0));
    if (prefecture === 0) continue;
    const person = lines.olderAt(i);
    if (person === undefined) byLine[i] = prefecture;
    else if (person.madeIn?.batchNo === lines.batchNo) byLine[person.madeIn.line] = prefecture;
    else moves.set(person, { personKey: person.personKey, prefecture });
  }
  const codes = new Uint8Array(lines.newCount);
  let next = 0;
  for (let i = 0; i < lines.count; i++) {
    if (lines.isFirst(i)) codes[next++] = byLine[i] ?? 0;
  }
  return { codes, moves: [...moves.values()] };
}
