/** What may be changed in which kind of case: where somebody lives when they say so, the name when a claim is decided. Pure; browsers too. */

export const changeFields = ["name", "kana", "postalCode", "address", "phone", "email"] as const;
export type ChangeField = (typeof changeFields)[number];

const byCaseKind: Readonly<Record<string, readonly ChangeField[]>> = {
  "address-change": ["postalCode", "address", "phone", "email"],
  claim: changeFields,
};

export function changeableIn(caseKind: string): readonly ChangeField[] {
  return byCaseKind[caseKind] ?? [];
}

/** What an order to take in one change allows at most: its content and four names, one record. */
export const changeTicket = { source: "a change asked for in a case", terms: 5, records: 1 } as const;
