/**
 * Which events about a person mean that a holder was shown something of them, and what. Pure.
 *
 * Extracts are counted by their rows and releases (`extracts/store.ts`): `extracted` rows are sealed, shown to nobody. Nothing was
 * shown by the others: `screened` compared and told nobody (whom the answer tells of is `found`), `reissued` tells the person
 * themselves of a number that no event holds, `erased` destroyed a key.
 * INVARIANT: every operation and every kind of event of the keeper is decided upon (test/tidy/shown.test.ts).
 */
import { historyNumber } from "./field-mask.ts";

/** Shows the fields that the event names. */
export const showingKinds = ["opened", "found"] as const;

/**
 * A receipt goes to the session that ordered it, of a clerk who prints it: nobody else signs orders. It shows no field of a record;
 * it shows the person's premium entries, and who looked at them in which kind of case.
 */
export const receiptKind = "receipt";

export const shownKinds: readonly string[] = [...showingKinds, receiptKind];
export const shownByReceipt: readonly number[] = [historyNumber];
