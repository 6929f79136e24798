/** Receipts of a person who was compared with a criterion: whole, and without the event that says so. */
import type { Receipt } from "../src/receipt.ts";
import { hana, taro, TestAgency } from "./test-agency.ts";

export async function makeScreened(): Promise<
  readonly { readonly name: string; readonly code: string; readonly receipt: Receipt }[]
> {
  const agency = await TestAgency.make();
  agency.look([hana]);
  agency.screen([taro, hana], [hana]);
  agency.screen([hana, taro], [taro]);
  const receipt = await agency.receipt(hana);
  const events = receipt.events.filter(({ entry }, i) => entry.kind !== "screened" || i < 2);
  return [
    { name: "screened", code: "", receipt },
    { name: "screened-cut", code: "event-missing", receipt: { ...receipt, events } },
  ];
}
