// The report as one HTML file without script, style sheet or font from elsewhere, or as JSON (by the file's ending).

import { writeFileSync } from "node:fs";
import type { Outcome } from "../linkage.ts";
import { barChart, escape, graph, histogram, lineChart, waterfall } from "./charts.ts";
import { collectReport, type ReportData } from "./collect.ts";

const STYLE = `
body{font:15px/1.5 system-ui,"Hiragino Sans","Noto Sans JP",sans-serif;color:#1b1b1f;background:#fff;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem;border-top:1px solid #ccc;padding-top:1rem}h3{font-size:1rem;margin:1rem 0 .2rem}
svg{width:100%;height:auto;font-size:12px;fill:#1b1b1f}svg line{stroke:#888}.for{fill:#1f6f5c}.against{fill:#b4532a}
.line{fill:none;stroke-width:2}.l0{stroke:#1f6f5c}.l1{stroke:#b4532a}.l2{stroke:#3a4fa3}.t0{fill:#1f6f5c}.t1{fill:#b4532a}.t2{fill:#3a4fa3}
.axis{fill:none;stroke:#888}svg .mark{stroke:#1b1b1f;stroke-dasharray:4 3}svg .edge-for{stroke:#1f6f5c}svg .edge-against{stroke:#b4532a;stroke-dasharray:4 3}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:right;padding:.2rem .5rem;border-bottom:1px solid #ddd}th:first-child,td:first-child{text-align:left}
details{margin:.4rem 0}summary{cursor:pointer}p.note{color:#555}`;

/** Writes the report to a file ending in .html or .json. */
export function writeReport(path: string, outcome: Outcome, showValues = true): void {
  const data = collectReport(outcome, showValues);
  writeFileSync(path, path.endsWith(".json") ? `${JSON.stringify(data)}\n` : renderReport(data));
}

/** The report as HTML. */
export function renderReport(data: ReportData): string {
  const sections = [
    modelSection(data),
    blockingSection(data),
    weightSection(data),
    accuracySection(data),
    exampleSection(data),
    groupSection(data),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(data.title)}</title><style>${STYLE}</style></head>
<body><h1>${escape(data.title)}</h1>
${data.summary.map((line) => `<p>${escape(line)}</p>`).join("\n")}
<p class="note">A match weight counts in bits: each +1 doubles the odds that two records belong together. It starts at ${data.priorWeight.toFixed(1)} (${data.isCompeting ? "two records that have no counterpart yet" : "two records picked blindly"}) and records are put together above ${data.threshold.toFixed(1)}.</p>
${sections.join("\n")}
</body></html>
`;
}

function modelSection(data: ReportData): string {
  const most = Math.max(
    ...data.comparisons.flatMap(({ levels }) => levels.map(({ weight }) => Math.abs(weight))),
  );
  const charts = data.comparisons.map(({ name, levels }) => {
    const bars = levels.toReversed().map(({ label, m, u, weight }) => ({
      label,
      value: weight,
      note: `${weight.toFixed(1)}  (${percent(m)} / ${percent(u)})`,
    }));
    return `<h3>${escape(name)}</h3>${barChart(`Match weights of ${name}`, bars, most)}`;
  });
  const rows = data.interactions.map(
    ({ first, second, bothSame, bothDifferent }) =>
      `<tr><td>${escape(first)} and ${escape(second)}</td><td>${bothSame.toFixed(1)}</td><td>${bothDifferent.toFixed(1)}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? ""
      : `<h3>Fields that depend on each other</h3><table><tr><th></th><th>both the same</th><th>both different</th></tr>${rows.join("")}</table>`;
  return `<h2>What each field is worth</h2><p class="note">Weight of each level of agreement; in brackets how often it happens among matches and by chance. Rare values count more than the bar shows, common ones less.</p>${charts.join("\n")}${table}`;
}

const percent = (share: number): string =>
  share >= 0.001 ? `${(100 * share).toFixed(1)} %` : share > 1e-15 ? `1 in ${rounded(1 / share)}` : "never";

/** Three digits are more than is known of anything this rare. */
const rounded = (value: number): string =>
  value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });

function blockingSection(data: ReportData): string {
  const rows = data.rules.map(
    (rule) =>
      `<tr><td>${escape(rule.name)}</td><td>${rule.pairs.toLocaleString("en")}</td><td>${rule.newPairs.toLocaleString("en")}</td><td>${percentOf(rule.expectedRecall)}</td><td>${percentOf(rule.recallSoFar)}</td><td>${percentOf(rule.loss)}</td><td>${rule.largestBlock.toLocaleString("en")}</td><td>${rule.cut.toLocaleString("en")}</td></tr>`,
  );
  const points = data.rules.map((rule, r) => [r + 1, rule.recallSoFar] as const);
  const chart =
    points.length < 2
      ? ""
      : lineChart(
          "Expected share of matches reached",
          "rules in use",
          [{ name: "matches reached", points }],
          1,
        );
  return `<h2>Which records were compared</h2><p class="note">Two records are compared when they agree on all keys of one rule. “Loses” is the expected share of matches that only this rule reaches.</p>${chart}<table><tr><th>rule</th><th>pairs</th><th>new</th><th>reaches</th><th>together</th><th>loses</th><th>largest block</th><th>cut</th></tr>${rows.join("")}</table>`;
}

const percentOf = (share: number): string => `${(100 * share).toFixed(1)} %`;

function weightSection(data: ReportData): string {
  const bins = data.weights.map(({ weight, pairs }) => ({ x: weight, count: pairs }));
  const unlinkable = data.unlinkable.map(({ weight, share }) => [weight, share] as const);
  return `<h2>Weights of all compared pairs</h2><p class="note">The leftmost bar holds all pairs of which it was plain early that they do not belong together; they were not compared to the end.</p>${histogram("Pairs by match weight", bins, data.threshold)}
<h2>Records that say too little</h2><p class="note">Share of records that could not reach a weight even against an identical record.</p>${lineChart("Unlinkable records", "match weight", [{ name: "unlinkable", points: unlinkable }], 1, data.threshold)}`;
}

function accuracySection(data: ReportData): string {
  const most = Math.max(1, ...data.thresholds.map(({ pairs }) => pairs));
  const counts = data.thresholds.map(({ weight, pairs }) => [weight, pairs] as const);
  const expected = {
    name: "expected precision",
    points: data.thresholds.map(({ weight, expectedPrecision }) => [weight, expectedPrecision] as const),
  };
  const known = data.thresholds.filter(
    (point) => point.precision !== undefined && point.recall !== undefined,
  );
  const lines =
    known.length === 0
      ? [expected]
      : [
          {
            name: "precision",
            points: known.map(({ weight, precision }) => [weight, precision ?? 0] as const),
          },
          { name: "recall", points: known.map(({ weight, recall }) => [weight, recall ?? 0] as const) },
          expected,
        ];
  return `<h2>Choosing the threshold</h2>${lineChart("Pairs above the threshold", "threshold (match weight)", [{ name: "pairs above", points: counts }], most, data.threshold)}${lineChart("Accuracy by threshold", "threshold (match weight)", lines, 1, data.threshold)}${known.length === 0 ? "" : `<p class="note">Precision and recall of single pairs against the truth; groups usually do better.</p>`}`;
}

function exampleSection(data: ReportData): string {
  const examples = data.examples.map((example, k) => {
    const steps = example.steps.map((step) => ({
      label: step.name === "before comparing" ? step.name : `${step.name}: ${step.level}`,
      weight: step.weight,
    }));
    const values = example.steps.filter((step) => step.left !== undefined);
    const table =
      values.length === 0
        ? ""
        : `<table><tr><th>field</th><th>${escape(example.first)}</th><th>${escape(example.second)}</th></tr>${values.map((step) => `<tr><td>${escape(step.name)}</td><td>${escape(step.left ?? "")}</td><td>${escape(step.right ?? "")}</td></tr>`).join("")}</table>`;
    return `<details${k === 0 ? " open" : ""}><summary>${escape(example.first)} and ${escape(example.second)}: weight ${example.weight.toFixed(1)}, probability ${example.probability.toFixed(4)}</summary>${table}${waterfall("Waterfall", steps)}</details>`;
  });
  return `<h2>Pairs explained</h2><p class="note">From sure to doubtful to rejected.</p>${examples.join("\n")}`;
}

function groupSection(data: ReportData): string {
  const sizes = data.sizes.map(
    ({ size, groups }) => `<tr><td>${size}</td><td>${groups.toLocaleString("en")}</td></tr>`,
  );
  const pictures = data.groups.map(
    ({ records, edges }) => `<h3>${records.length} records</h3>${graph("Group", records, edges)}`,
  );
  return `<h2>Groups</h2><table><tr><th>records in group</th><th>groups</th></tr>${sizes.join("")}</table><p class="note">The loosest groups first: dashed lines speak against.</p>${pictures.join("\n")}`;
}
