/** An audit's report as text for a terminal and as JSON for programs. Holds keys and counts, never personal data. */
import { findingKinds } from "./report.ts";
import type { Amount, AuditReport, Balance, Finding } from "./report.ts";

export function renderAudit(report: AuditReport): string {
  const { counted, total } = report;
  const lines = [
    `persons ${number(counted.persons)} · records ${number(counted.records)} · owners in suspense ${number(counted.owners)}` +
      ` · keys ${number(counted.keys)} · erased ${number(counted.erasures)}`,
    `ledgers ${number(counted.accounts)} · entries ${number(counted.entries)} · sources ${number(counted.sources)}`,
    "",
    ...renderTable(report),
    "",
    renderEquation(total),
    "",
    ...report.findings.map(renderFinding),
    report.isWhole ? "whole: nothing is broken" : "BROKEN: stop taking work and look into the findings above",
  ];
  return `${lines.join("\n")}\n`;
}

/** 64-bit integers as text, as everywhere in JSON of ours. */
export function renderAuditJson(report: AuditReport): string {
  return JSON.stringify(
    report,
    (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value),
    2,
  );
}

const places = ["received", "posted", "suspense", "returned"] as const;

function renderTable({ perSourceKind, total }: AuditReport): string[] {
  const rows = [...perSourceKind.map((row) => ({ ...row, name: row.kind })), { ...total, name: "all" }];
  const header = ["", ...places.map((place) => `${place} (yen)`)];
  const cells = rows.map((row) => [row.name, ...places.map((place) => renderAmount(row[place]))]);
  const widths = header.map((_, i) => Math.max(...[header, ...cells].map((line) => (line[i] ?? "").length)));
  return [header, ...cells].map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  "),
  );
}

function renderEquation({ received, posted, suspense, returned }: Balance): string {
  const isEqual =
    received.count === posted.count + suspense.count + returned.count &&
    received.yen === posted.yen + suspense.yen + returned.yen;
  return `received ${isEqual ? "=" : "≠"} posted + suspense + returned, in entries and in yen`;
}

function renderAmount({ count, yen }: Amount): string {
  return `${number(count)} (${number(yen)})`;
}

function renderFinding({ code, gravity, count, examples }: Finding): string {
  const named = examples.map((example) => `    ${example}\n`).join("");
  return `${gravity} ${code}: ${number(count)} ${findingKinds[code][1]}\n${named}`;
}

function number(value: number | bigint): string {
  return value.toLocaleString("en");
}
