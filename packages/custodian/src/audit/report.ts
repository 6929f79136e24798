/**
 * What an audit found: findings with codes, counts and a few keys as examples; never personal data.
 *
 * Codes are stable, for programs. The gravity of a code says what to do: `broken` must not exist and stops the work,
 * `unfinished` waits for something to be run again, `leftover` is harmless and explained by a stop.
 */
import { auditLimits } from "./limits.ts";

export type Gravity = "broken" | "unfinished" | "leftover";

/** Every kind of finding, in the order in which reports list them. */
export const findingKinds = {
  "not-conserved": ["broken", "sources whose received differs from posted + suspense + returned"],
  "source-missing": ["broken", "sources that rows name and that do not exist"],
  "received-without-file": ["broken", "operations that only move money, yet changed how much was received"],
  "lines-do-not-add-up": [
    "broken",
    "batches that are not contiguous or whose lines are not accepted + known + rejected",
  ],
  "lines-without-rows": ["broken", "sources whose accepted or known lines are not the rows they left"],
  "finished-otherwise": ["broken", "sources whose end does not agree with their batches"],
  "source-unfinished": ["unfinished", "files not read to their end yet: import them again"],
  "chain-broken": ["broken", "ledgers of which an entry was changed, taken out or put in"],
  "entry-without-meaning": ["broken", "ledgers with an entry that no release wrote"],
  "reversal-without-entry": ["broken", "reversing entries that do not undo one earlier entry exactly"],
  "settlement-unmatched": ["broken", "entries said to have left suspense that are not where they went"],
  "return-unmatched": ["broken", "returned premiums without the entry that took them out"],
  "known-line-unmatched": ["broken", "lines said to repeat an entry that does not exist"],
  "ledger-of-nobody": ["broken", "ledgers without their person or owner"],
  "record-numbers": ["broken", "persons without a record, or whose records are not numbered 0, 1, 2 …"],
  "record-of-nobody": ["broken", "records without their person"],
  "key-missing": ["broken", "persons and owners who were not erased and have no key"],
  "erasure-unfinished": [
    "unfinished",
    "persons erased by the keeper of whom rows are left: erase them again",
  ],
  "key-of-erased": ["unfinished", "erased persons whose key is still there: erase them again"],
  "token-of-erased": ["unfinished", "erased persons who can still be searched for: erase them again"],
  "erasures-forgotten": ["broken", "persons erased in the register whom the keeper does not know as erased"],
  "token-of-nobody": ["broken", "search tokens without their person or owner"],
  "person-not-findable": ["broken", "persons without any search token"],
  "key-leftover": ["leftover", "keys of nobody, from a batch that was stopped; they open nothing"],
  "key-version-unknown": ["broken", "keys wrapped under a version that the keeper does not have"],
  "key-version-old": ["unfinished", "keys wrapped under a former version: go on with the rotation"],
  "person-numbers": ["broken", "numbers of persons that are missing, double or outside their blocks"],
  "setting-not-durable": ["broken", "settings of the server under which a commit can be lost"],
  "grants-differ": ["broken", "rights of a role that are not those of db/grants.sql"],
  "journal-unwritable": ["broken", "the keeper cannot write its journal"],
  "journal-copy-differs": [
    "broken",
    "places where the database's copy of the journal is not what the keeper wrote",
  ],
  "ciphertext-refused": [
    "broken",
    "calls since the keeper's start in which a ciphertext of ours did not open",
  ],
} as const satisfies Readonly<Record<string, readonly [Gravity, string]>>;

export type FindingCode = keyof typeof findingKinds;

export interface Finding {
  readonly code: FindingCode;
  readonly gravity: Gravity;
  readonly count: number;
  /** Keys, ids or names of settings; at most {@link auditLimits.examples}. */
  readonly examples: readonly string[];
}

export interface Amount {
  readonly count: bigint;
  readonly yen: bigint;
}

/** received = posted + suspense + returned, in counts and in yen. */
export interface Balance {
  readonly received: Amount;
  readonly posted: Amount;
  readonly suspense: Amount;
  readonly returned: Amount;
}

export interface AuditReport {
  /** Whether nothing is broken; unfinished and left-over things do not count. */
  readonly isWhole: boolean;
  /** In the order of {@link findingKinds}. */
  readonly findings: readonly Finding[];
  readonly total: Balance;
  readonly perSourceKind: readonly (Balance & { readonly kind: string; readonly sources: number })[];
  /** What stands in the ledger and in suspense now, by kind of entry. */
  readonly perPremiumKind: readonly Readonly<
    Record<"posted" | "suspense" | "returned", Amount> & { kind: string }
  >[];
  readonly counted: Readonly<Record<Counted, number>>;
}

/** What was looked at. */
export type Counted =
  | "sources"
  | "persons"
  | "records"
  | "owners"
  | "keys"
  | "erasures"
  | "accounts"
  | "entries";

/** Gathers findings of each code: all are counted, a few are named. */
export class Findings {
  readonly #counts: Map<FindingCode, { count: number; examples: string[] }> = new Map();

  add(code: FindingCode, example: string, count: number = 1): void {
    const found = this.#counts.get(code) ?? { count: 0, examples: [] };
    found.count += count;
    if (found.examples.length < auditLimits.examples) found.examples.push(example);
    this.#counts.set(code, found);
  }

  /** Rows of which `count` were found and some are named; nothing when there are none. */
  addAll(
    code: FindingCode,
    { count, examples }: { readonly count: number; readonly examples: readonly string[] },
  ): void {
    for (const [i, example] of examples.entries())
      this.add(code, example, i === 0 ? count - examples.length + 1 : 1);
  }

  list(): Finding[] {
    return (Object.keys(findingKinds) as FindingCode[]).flatMap((code) => {
      const found = this.#counts.get(code);
      return found === undefined ? [] : [{ code, gravity: findingKinds[code][0], ...found }];
    });
  }
}
