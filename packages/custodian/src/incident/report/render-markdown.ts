/** A report as Markdown. Every line of it stands in the report; nothing is counted or worded here. */
import type { Report } from "./report.ts";

export function renderMarkdown(report: Report): string {
  const state = report.approvedBy === null ? "PROVISIONAL, not approved" : `approved by ${report.approvedBy}`;
  const head = [
    `# ${report.title}`,
    "",
    `Incident ${report.incidentId}, revision ${report.revisionNo} (${state}), as of ${report.asOf}.`,
    `Digest of the revision: \`${report.revisionDigest}\`.`,
    "",
  ];
  const sections = report.sections.flatMap(({ no, title, lines, isOpen }) => [
    `## ${no}. ${title}${isOpen ? " (open)" : ""}`,
    "",
    ...lines.map((line) => `- ${line}`),
    "",
  ]);
  return [...head, ...sections].join("\n");
}
