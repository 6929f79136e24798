import { describe, expect, it } from "vitest";
import { historicalPeople } from "../test/synthetic.ts";
import { BATCH_PAIRS, BatchWeigher } from "./batch.ts";
import { runTask } from "./linkage.ts";
import { randomFrom } from "./random.ts";
import { parseSettings } from "./settings.ts";

const ROLES = {
  first_name: "given_name",
  surname: "surname",
  dob: "birth_date",
  birth_place: "place",
  postcode_fake: "postcode",
  gender: "sex",
  occupation: "category",
  unique_id: "id",
};

describe("weighing in batches", async () => {
  const rows = historicalPeople({ people: 300, recordsPerPerson: 4, dirt: 1, seed: 3 });
  const { run, loaded } = await runTask({
    kind: "dedupe",
    sources: [{ rows }],
    settings: parseSettings({ roles: ROLES }),
  });
  const random = randomFrom(4);
  const draw = (): number => Math.floor(random() * loaded.rowCount);
  const { edges } = run.scored;

  /** Random pairs, and pairs that were kept (alike). */
  const batch = new BatchWeigher(run.weigher);
  for (let k = 0; k < BATCH_PAIRS; k++) {
    const isKept = k % 2 === 0;
    batch.first[k] = isKept ? (edges.first[k % edges.count] ?? 0) : draw();
    batch.second[k] = isKept ? (edges.second[k % edges.count] ?? 0) : draw();
  }
  const single = Float64Array.from(batch.first, (i, k) => run.weigher.of(i, batch.second[k] ?? 0));

  it("gives each pair the weight it has alone", () => {
    expect(batch.weigh(BATCH_PAIRS, Number.NEGATIVE_INFINITY)).toBe(BATCH_PAIRS);
    for (const [k, weight] of single.entries()) expect(batch.weight[k]).toBeCloseTo(weight, 9);
  });

  it("drops no pair that reaches the weight asked for, and keeps none that does not", () => {
    for (const least of [-20, -8, 0, 8]) {
      const count = batch.weigh(BATCH_PAIRS, least);
      const kept = new Set(batch.kept.subarray(0, count));
      for (const [k, weight] of single.entries()) {
        if (Math.abs(weight - least) < 1e-2) continue;
        expect(kept.has(k)).toBe(weight >= least);
      }
    }
  });
});
