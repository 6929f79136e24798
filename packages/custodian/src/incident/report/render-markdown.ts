/** A report as Markdown, its head in the language of its kind. Every line of it stands in the report; nothing is counted here. */
import type { Report } from "./report.ts";

export function renderMarkdown(report: Report): string {
  const isJapanese = report.kind === "ppc-preliminary" || report.kind === "ppc-final";
  const open = isJapanese ? "(未記入)" : " (open)";
  const sections = report.sections.flatMap(({ no, title, lines, isOpen }) => [
    `## ${no}. ${title}${isOpen ? open : ""}`,
    "",
    ...lines.map((line) => `- ${line}`),
    "",
  ]);
  const head = isJapanese ? japaneseHead(report) : englishHead(report);
  return [`# ${report.title}`, "", ...head, "", ...sections].join("\n");
}

function englishHead({ approvedBy, incidentId, revisionNo, asOf, revisionDigest }: Report): string[] {
  const state = approvedBy === null ? "PROVISIONAL, not approved" : `approved by ${approvedBy}`;
  return [
    `Incident ${incidentId}, revision ${revisionNo} (${state}), as of ${asOf}.`,
    `Digest of the revision: \`${revisionDigest}\`.`,
  ];
}

function japaneseHead({ approvedBy, incidentId, revisionNo, asOf, revisionDigest }: Report): string[] {
  const state = approvedBy === null ? "暫定・未承認 PROVISIONAL" : `承認 ${approvedBy}`;
  return [
    `事案 ${incidentId}、第${revisionNo}版(${state})、基準時 ${asOf}。`,
    `版の要約値(SHA-256): \`${revisionDigest}\`。`,
  ];
}
