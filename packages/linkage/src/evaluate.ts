// Accuracy against known truth: pairs counted over all true pairs (also those that blocking lost), and B-cubed
// (Bagga and Baldwin 1998), which weighs every record alike.

export interface Accuracy {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly bCubedF1: number;
}

const harmonic = (a: number, b: number): number => (a + b === 0 ? 0 : (2 * a * b) / (a + b));
const choose2 = (n: number): number => (n * (n - 1)) / 2;

/** Compares clusters with truth; records whose truth is -1 belong to nobody else. */
export function evaluateClusters(clusters: Int32Array, truth: Int32Array): Accuracy {
  const both = new Map<string, number>();
  const [ours, theirs] = [new Map<number, number>(), new Map<string, number>()];
  const truthOf = (record: number): string =>
    (truth[record] as number) < 0 ? `r${record}` : String(truth[record]);
  for (let record = 0; record < clusters.length; record++) {
    const cluster = clusters[record] as number;
    const entity = truthOf(record);
    ours.set(cluster, (ours.get(cluster) ?? 0) + 1);
    theirs.set(entity, (theirs.get(entity) ?? 0) + 1);
    both.set(`${cluster}|${entity}`, (both.get(`${cluster}|${entity}`) ?? 0) + 1);
  }
  let [truePositives, found, actual] = [0, 0, 0];
  for (const count of both.values()) truePositives += choose2(count);
  for (const count of ours.values()) found += choose2(count);
  for (const count of theirs.values()) actual += choose2(count);
  let [precisionSum, recallSum] = [0, 0];
  for (let record = 0; record < clusters.length; record++) {
    const cluster = clusters[record] as number;
    const entity = truthOf(record);
    const shared = both.get(`${cluster}|${entity}`) ?? 0;
    precisionSum += shared / (ours.get(cluster) ?? 1);
    recallSum += shared / (theirs.get(entity) ?? 1);
  }
  const bCubedF1 = harmonic(precisionSum / clusters.length, recallSum / clusters.length);
  return { ...accuracyOf(truePositives, found - truePositives, actual - truePositives), bCubedF1 };
}

/** Compares links between two inputs with truth: a pair is right when both records have the same truth. */
export function evaluateLinks(
  first: Int32Array,
  second: Int32Array,
  truth: Int32Array,
  split: number,
): Accuracy {
  const counts = new Map<number, number>();
  for (let record = 0; record < split; record++) {
    const entity = truth[record] as number;
    if (entity >= 0) counts.set(entity, (counts.get(entity) ?? 0) + 1);
  }
  let actual = 0;
  for (let record = split; record < truth.length; record++)
    actual += counts.get(truth[record] as number) ?? 0;
  let right = 0;
  for (let k = 0; k < first.length; k++) {
    const entity = truth[first[k] as number] as number;
    if (entity >= 0 && entity === truth[second[k] as number]) right++;
  }
  return { ...accuracyOf(right, first.length - right, actual - right), bCubedF1: Number.NaN };
}

function accuracyOf(
  truePositives: number,
  falsePositives: number,
  falseNegatives: number,
): Omit<Accuracy, "bCubedF1"> {
  const precision = truePositives / Math.max(1, truePositives + falsePositives);
  const recall = truePositives / Math.max(1, truePositives + falseNegatives);
  return {
    truePositives,
    falsePositives,
    falseNegatives,
    precision,
    recall,
    f1: harmonic(precision, recall),
  };
}
