import { describe, expect, test } from "vitest";
import { identify } from "./identify.ts";
import type { LineTokens, PersonState } from "./identify.ts";

function person(key: number, names: readonly bigint[], latestContent = 0n): PersonState {
  return { personKey: new Uint8Array(16).fill(key), recordCount: 1, latestContent, names: [...names] };
}

function line(tokens: Partial<LineTokens>): LineTokens {
  return { numbers: [1n], names: [10n], formerNames: [], content: 100n, ...tokens };
}

const suzuki = person(1, [10n]);
const tanaka = person(2, [20n]);

describe("identify", () => {
  test("a number nobody has begins a person", () => {
    expect(identify(line({}), [], []).kind).toBe("new");
  });

  test("a number and a name that are the same person's mean that person", () => {
    expect(identify(line({}), [suzuki], [])).toEqual({ kind: "same", person: suzuki });
  });

  test("a former name that is recorded is enough beside the number", () => {
    expect(identify(line({ names: [30n], formerNames: [10n] }), [suzuki], []).kind).toBe("same");
  });

  test("a number of somebody of another name is refused", () => {
    expect(identify(line({}), [tanaka], []).kind).toBe("number-of-another");
  });

  test("one's own old number beside another person's pension number is refused, in either order", () => {
    expect(identify(line({ numbers: [1n, 2n] }), [suzuki, tanaka], []).kind).toBe("number-of-another");
    expect(identify(line({ numbers: [2n, 1n] }), [tanaka, suzuki], []).kind).toBe("number-of-another");
  });

  test("numbers of two persons who both have the name are nobody's to choose between", () => {
    const twin = person(3, [10n]);
    expect(identify(line({ numbers: [1n, 2n] }), [suzuki, twin], []).kind).toBe("several-persons");
    expect(identify(line({ numbers: [1n, 2n] }), [twin, suzuki], []).kind).toBe("several-persons");
  });

  test("what the latest record says already is known", () => {
    const known = person(1, [10n], 100n);
    expect(identify(line({}), [known], [])).toEqual({ kind: "known", person: known });
  });

  test("a line without a number repeats what is recorded or begins a person, and changes nobody", () => {
    const known = person(1, [10n], 100n);
    expect(identify(line({ numbers: [] }), [], [known]).kind).toBe("known");
    expect(identify(line({ numbers: [], content: 101n }), [], [known]).kind).toBe("new");
  });
});
