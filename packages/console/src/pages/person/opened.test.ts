/** What looks bring, put together: the newest record speaks, nothing that was opened before is lost. */
import { describe, expect, it } from "vitest";
import { fieldNumbers } from "@kura/custodian/register/field.ts";
import type { Looked } from "../../door/looks.ts";
import { openedOf, valuesOf } from "./opened.ts";

const looked = (eventNumber: string, records: Looked["records"]): Looked => ({
  outcome: "looked",
  eventNumber,
  isNearBudget: false,
  records,
});
const fact = (field: keyof typeof fieldNumbers, value: string) => ({ field: fieldNumbers[field], value });

describe("what was opened", () => {
  const first = openedOf(
    undefined,
    looked("7", [[fact("name", "試験 一子")], [fact("name", "架空 一子"), fact("birthDate", "1950-01-03")]]),
    { purpose: "claim", fields: ["name", "birthDate"] },
  );

  it("shows the newest value first and the former ones after", () => {
    expect(valuesOf(first, "name").map(({ value }) => value)).toEqual(["架空 一子", "試験 一子"]);
  });

  it("keeps what earlier looks brought when a later one brings more, even when that is nothing", () => {
    const second = openedOf(first, looked("9", [[], []]), { purpose: "claim", fields: ["address"] });
    expect(second.fields).toEqual(["name", "birthDate", "address"]);
    expect(valuesOf(second, "name")).toHaveLength(2);
    expect(valuesOf(second, "address")).toEqual([]);
    expect(second.eventNumber).toBe("9");
  });
});
