/**
 * A person's premiums as the statement counts them, computed here: months, gaps, sums, the basic pension. The birth date
 * was opened in this tab and is sent nowhere; the rules are those of `custodian/src/premiums`.
 */
import * as v from "valibot";
import {
  type CivilDate,
  type CivilMonth,
  monthOfDate,
  parseCivilDate,
  parseCivilMonth,
} from "@kura/kernel/civil-date.ts";
import { parseYen } from "@kura/kernel/yen.ts";
import { countMonths, type Estimate, estimateBasicPension } from "@kura/custodian/premiums/basic-pension.ts";
import { type LedgerEntry, premiumKinds, schemes } from "@kura/custodian/premiums/entry.ts";
import { foldMonths } from "@kura/custodian/premiums/month-status.ts";
import { fiscalYearOf } from "@kura/custodian/premiums/rates.ts";
import { type Statement, statementOf } from "@kura/custodian/premiums/statement.ts";
import { type Opened, valuesOf } from "./opened.ts";

const month = v.pipe(
  v.string(),
  v.rawTransform<string, CivilMonth>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseCivilMonth(dataset.value);
    if (parsed !== undefined) return parsed;
    addIssue({ message: "not a month" });
    return NEVER;
  }),
);
const yen = v.pipe(
  v.number(),
  v.safeInteger(),
  v.transform((amount) => parseYen(amount)),
);
const entryNo = v.pipe(v.number(), v.safeInteger());

export const entriesShape = v.object({
  entries: v.array(
    v.pipe(
      v.object({
        entryNo,
        month,
        scheme: v.picklist(schemes),
        kind: v.picklist(premiumKinds),
        amountYen: yen,
        remunerationYen: v.optional(yen),
        reverses: v.optional(entryNo),
      }),
      v.transform(({ remunerationYen, reverses, ...rest }): LedgerEntry => ({
        ...rest,
        ...(remunerationYen !== undefined && { remunerationYen }),
        ...(reverses !== undefined && { reverses }),
      })),
    ),
  ),
});

export interface Ledger {
  readonly statement: Statement;
  readonly estimate: Estimate;
  readonly birthDate: CivilDate;
}

export type LedgerOutcome =
  | { readonly outcome: "ledger"; readonly ledger: Ledger }
  | { readonly outcome: "no-birth-date" | "empty" };

/** From the month of the first entry, or of the 20th birthday if that is earlier, to the last entry's. */
export function ledgerOf(entries: readonly LedgerEntry[], opened: Opened): LedgerOutcome {
  const birthDate = dateIn(opened, "birthDate");
  if (birthDate === undefined) return { outcome: "no-birth-date" };
  if (entries.length === 0) return { outcome: "empty" };
  const diedOn = dateIn(opened, "diedOn");
  const months = entries.map((entry) => entry.month).toSorted();
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return { outcome: "empty" };
  const lastMonth = diedOn === undefined ? undefined : monthOfDate(diedOn);
  const statement = statementOf({
    entries,
    birthDate,
    period: { from: first, to: last },
    ...(lastMonth !== undefined && { lastMonth }),
  });
  const estimate = estimateBasicPension({
    birthDate,
    fiscalYear: fiscalYearOf(last),
    months: countMonths(foldMonths(entries), birthDate),
  });
  return { outcome: "ledger", ledger: { statement, estimate, birthDate } };
}

function dateIn(opened: Opened, field: "birthDate" | "diedOn"): CivilDate | undefined {
  const [now] = valuesOf(opened, field);
  return now === undefined ? undefined : parseCivilDate(now.value);
}
