import { expect, it } from "vitest";
import { renderPdf } from "./render-pdf.ts";
import type { Report } from "./report.ts";

const report: Report = {
  kind: "ppc-preliminary",
  title: "漏えい等報告(速報) Preliminary report of a leak",
  incidentId: "00000000-0000-4000-8000-000000000001",
  revisionNo: 4,
  revisionDigest: "ab".repeat(32),
  asOf: "2026-05-08T01:49:00.000Z",
  approvedBy: "officer-b",
  exposedPersons: 120,
  exposedRecords: 123,
  sections: [{ no: 1, title: "概要 Outline", lines: ["試験の事案"], isOpen: false }],
};
const pagesOf = (pdf: Uint8Array): number =>
  Buffer.from(pdf)
    .toString("latin1")
    .match(/\/Type\s*\/Page\b/gu)?.length ?? 0;

it("is a PDF with a page, and with as many as it needs", () => {
  const short = renderPdf(report);
  expect(Buffer.from(short.subarray(0, 5)).toString()).toBe("%PDF-");
  expect(pagesOf(short)).toBe(1);
  const lines = Array.from({ length: 200 }, (_, n) => `${n} 人`);
  const long = { ...report, sections: [{ no: 1, title: "本人の数", lines, isOpen: false }] };
  expect(pagesOf(renderPdf(long))).toBeGreaterThan(2);
});

it("takes titles and sources as text: none of them is markup or a program", () => {
  const hostile = [
    '#panic("no")',
    "*a* _b_ $c$ `d`",
    '#read("/etc/passwd")',
    "= heading\n#let x = 1",
    '"); #panic()',
  ];
  const plain = renderPdf({
    ...report,
    title: hostile.join(" "),
    sections: [{ no: 1, title: hostile[0] ?? "", lines: hostile, isOpen: false }],
  });
  expect(pagesOf(plain)).toBe(1);
});

it("has more on it while nobody has approved the revision", () => {
  expect(renderPdf({ ...report, approvedBy: null }).length).toBeGreaterThan(renderPdf(report).length);
});
