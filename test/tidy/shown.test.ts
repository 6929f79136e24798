/**
 * Whoever is shown a person by any operation of the keeper is a holder whom an incident counts: here it is decided of every
 * operation and every kind of event. A new one fails the types and this test until it is decided upon.
 */
import { describe, expect, test } from "vitest";
import { receiptKind, showingKinds, shownKinds } from "../../packages/custodian/src/incident/shown.ts";
import type { JournalEvent, PersonEvent } from "../../packages/keeper/src/journal/journal-event.ts";
import {
  type Operation,
  operations,
  type Telling,
  tellings,
} from "../../packages/keeper/src/protocol/names.ts";
import { listProductFiles } from "./source-tree.ts";

/** What of persons an answer lets out, and the kind of event by which exposure counts it. */
type LetsOut =
  | "nothing"
  /** Something, and nobody is shown a person by it: why. */
  | { readonly nobody: string }
  | { readonly countedBy: PersonEvent["kind"] | "released" };

const operationsDecided: Readonly<Record<Operation | Telling, LetsOut>> = {
  open: { countedBy: "opened" },
  // The terms go in sealed; candidates come out with `reveal`.
  search: { nobody: "keyed tokens of the searcher's own terms, to the custodian" },
  reveal: { countedBy: "found" },
  preview: { countedBy: "found" },
  "screen-part": { countedBy: "found" },
  receipt: { countedBy: "receipt" },
  release: { countedBy: "released" },
  "seal-part": { nobody: "chunks that open with a release only" },
  index: { nobody: "keyed tokens of what the custodian typed or read itself" },
  seal: { nobody: "ciphertext of what the custodian read itself" },
  features: { nobody: "features under a key that is forgotten with the run, to the custodian" },
  events: { nobody: "the journal: random keys of persons, no value of any" },
  entries: { nobody: "the log: salted commitments" },
  // Which numbers, the custodian drew itself.
  reissue: "nothing",
  resolve: "nothing",
  extract: "nothing",
  approve: "nothing",
  "end-extract": "nothing",
  screen: "nothing",
  agree: "nothing",
  status: "nothing",
  rotate: "nothing",
  rewrap: "nothing",
  erase: "nothing",
  challenge: "nothing",
  "sign-in": "nothing",
  "sign-out": "nothing",
  ticket: "nothing",
  honey: "nothing",
  roster: "nothing",
  amend: "nothing",
  premiums: "nothing",
  announce: "nothing",
};

/** `shown`: in `incident/shown.ts`. `released`: in `incident/extracts/store.ts`. Of the others nobody is shown anybody. */
const eventsDecided: Readonly<Record<JournalEvent["kind"], "shown" | "released" | "nobody">> = {
  opened: "shown",
  found: "shown",
  receipt: "shown",
  released: "released",
  // Sealed: shown by a release.
  extracted: "nobody",
  // Compared: whom the answer tells of is `found`.
  screened: "nobody",
  // No event holds the number.
  reissued: "nobody",
  erased: "nobody",
  started: "nobody",
  roster: "nobody",
  "signed-in": "nobody",
  "signed-out": "nobody",
  denied: "nobody",
  alarm: "nobody",
  searched: "nobody",
  ticket: "nobody",
  honey: "nobody",
  "extract-requested": "nobody",
  "extract-approved": "nobody",
  "extract-sealed": "nobody",
  "extract-ended": "nobody",
  "screen-requested": "nobody",
  "screen-agreed": "nobody",
  resolved: "nobody",
  rotated: "nobody",
  sealed: "nobody",
  premiums: "nobody",
  refused: "nobody",
  rewrapped: "nobody",
};

describe("whom the keeper shows a person", () => {
  test("is decided of every operation it has", () => {
    const known = [...Object.keys(operations), ...Object.keys(tellings)];
    expect(Object.keys(operationsDecided).toSorted()).toEqual(known.toSorted());
  });

  test("is decided of every kind of event it writes", () => {
    const union = sourceOf("keeper/src/journal/journal-event.ts");
    const written = [...union.matchAll(/readonly kind: "([a-z-]+)"/gu)].map(([, kind = ""]) => kind);
    expect(new Set(written)).toEqual(new Set(Object.keys(eventsDecided)));
  });

  test("is counted, of every event by which an operation shows somebody", () => {
    const decided = Object.entries(eventsDecided);
    const shown = decided.filter(([, decision]) => decision === "shown").map(([kind]) => kind);
    expect(shownKinds.toSorted()).toEqual(shown.toSorted());
    expect(shownKinds).toEqual([...showingKinds, receiptKind]);
    const counting = Object.values(operationsDecided).flatMap((one) =>
      typeof one === "object" && "countedBy" in one ? [one.countedBy] : [],
    );
    const counted = decided.filter(([, decision]) => decision !== "nobody").map(([kind]) => kind);
    expect([...new Set<string>(counting)].toSorted()).toEqual(counted.toSorted());
  });

  test("is said by the operation itself: it records the event by which it is counted", () => {
    const places: Partial<Record<Operation, string>> = {
      open: "open",
      reveal: "search",
      preview: "extract",
      "screen-part": "screen",
      receipt: "receipt",
      release: "extract-release",
    };
    for (const [operation, decision] of Object.entries(operationsDecided)) {
      if (typeof decision !== "object" || !("countedBy" in decision)) continue;
      const source = sourceOf(`keeper/src/operations/${places[operation as Operation] ?? ""}.ts`);
      expect(source).toContain(`kind: "${decision.countedBy}"`);
    }
  });
});

function sourceOf(path: string): string {
  const file = listProductFiles().find((one) => one.path === `packages/${path}`);
  if (file === undefined) throw new Error(`no ${path}`);
  return file.text;
}
