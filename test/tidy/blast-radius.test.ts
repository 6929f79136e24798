/** That the drill of the blast radius fails when something is exposed, and that SECURITY.md says what it plays. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Attack } from "../../drill/blast/attack.ts";
import { attackers } from "../../drill/blast/attackers.ts";
import { reportOf } from "../../drill/blast/verdict.ts";
import { root } from "../system/kura-folder.ts";

const held: Attack = { ...attackers.clerk, bound: 100, exposedPersons: 100, tried: "nothing", tests: [] };

describe("the verdict of the drill", () => {
  it("is that all holds where every attacker got what was bounded", () => {
    expect(reportOf([held], 2_000).broken).toEqual([]);
  });

  it("is broken by one person more than the bound, which the table marks", () => {
    const { broken, text } = reportOf([held, { ...held, exposedPersons: 101 }], 2_000);
    expect(broken).toEqual([`${attackers.clerk.attacker}: 101 persons, at most 100`]);
    expect(text.split("\n").filter((line) => line.includes("NOT HELD"))).toHaveLength(1);
  });

  it("is broken by a count that is none", () => {
    expect(reportOf([{ ...held, exposedPersons: Number.NaN }], 2_000).broken).toHaveLength(1);
  });

  it("is broken by what else did not hold, though nobody was exposed", () => {
    const attack = { ...held, exposedPersons: 0, broken: ["the scan does not find what is there"] };
    expect(reportOf([attack], 2_000).broken).toEqual([
      `${attackers.clerk.attacker}: the scan does not find what is there`,
    ]);
  });
});

describe("the table of SECURITY.md", () => {
  const rows = readFileSync(join(root, "SECURITY.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ⚔ "))
    .map((line) => line.split("|").map((cell) => cell.trim()));

  it("marks the attackers that the drill plays, with their figures of 2015 and their aims", () => {
    const marked = rows.map(([, attacker = "", in2015, aim]) => [attacker.slice(2), in2015, aim].join(" | "));
    const played = Object.values(attackers).map(({ attacker, in2015, aim }) =>
      [attacker, in2015, aim].join(" | "),
    );
    expect(marked.toSorted()).toEqual(played.toSorted());
  });

  it("names tests that exist for each of them", () => {
    const isTest = (path: string): boolean =>
      existsSync(join(root, "packages", path)) || existsSync(join(root, path));
    for (const [, attacker, , , , tests = ""] of rows) {
      const named = [...tests.matchAll(/`([\w/.-]+\/[\w.-]+\.test\.ts)`/gu)].map(([, path = ""]) => path);
      expect(named.filter((path) => !isTest(path))).toEqual([]);
      expect(named.length > 0 || attacker === `⚔ ${attackers.root.attacker}`).toBe(true);
    }
  });
});
