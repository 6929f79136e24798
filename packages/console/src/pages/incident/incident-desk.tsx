/** What an incident asks of the desk: whom to call back, which reports to make. Keys and counts, nobody by name. */
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { callBacksShape, type Report, reportShape } from "../../api/shapes-incident.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, Notice, Refusal, Table } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";

export function CallBacks({ incident }: { readonly incident: string }) {
  const words = useWords();
  const language = useLanguage();
  const { value, refused } = useAnswer(callBacksShape, `/api/incidents/${incident}/call-backs`, 30_000);
  const { person, told, now, at } = words.incidents.callBackColumns;
  return (
    <section aria-labelledby="call-backs">
      <h2 id="call-backs">{words.incidents.callBacks}</h2>
      <Refusal refused={refused} />
      {value?.count === 0 && (
        <Empty title={words.incidents.noCallBacks}>{words.incidents.noCallBacksHint}</Empty>
      )}
      {value !== undefined && value.count > 0 && (
        <>
          <p>{words.incidents.callBackCount(value.count, numberText(language, value.count))}</p>
          <Table caption={words.incidents.callBacks} columns={[person, told, at, now]}>
            {value.callBacks.map((one) => (
              <tr key={one.person}>
                <td>
                  <code>{one.person}</code>
                </td>
                <td>
                  {wordOf(answerWords(words.answerDesk), one.told)}{" "}
                  <span className="hint">{words.incidents.revision(one.toldInRevision)}</span>
                </td>
                <td className="cell-time">{timeText(language, one.toldAt)}</td>
                <td>
                  <Badge tone={one.now === "exposed" ? "bad" : "warning"}>
                    {wordOf(answerWords(words.answerDesk), one.now)}
                  </Badge>
                </td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </section>
  );
}

const kinds = ["ppc-preliminary", "ppc-final", "gdpr-33", "gdpr-34", "statement"] as const;

export function Reports({ incident }: { readonly incident: string }) {
  const words = useWords();
  const { ask } = useDesk();
  const [report, setReport] = useState<Report>();
  const make = useAction(async (kind: string) => {
    const path = `/api/incidents/${incident}/reports`;
    const answer = await ask(reportShape, { method: "POST", path, body: { kind } });
    if (!isRefused(answer)) setReport(answer.value);
    return answer;
  });
  return (
    <section aria-labelledby="reports">
      <h2 id="reports">{words.incidents.reports}</h2>
      <p className="hint">{words.incidents.reportsLead}</p>
      <div className="form-end">
        {kinds.map((kind) => (
          <Button key={kind} disabled={make.isRunning} onClick={() => make.run(kind)}>
            {words.incidents.reportKinds[kind]}
          </Button>
        ))}
      </div>
      <Refusal refused={make.refused} />
      {report !== undefined && <ReportPages report={report} />}
    </section>
  );
}

/** As it is printed: the sheet's words are the report's own, with its revision and what stands for it. */
function ReportPages({ report }: { readonly report: Report }) {
  const words = useWords();
  const language = useLanguage();
  const { title, revision, digest, asOf, approvedBy, sections } = report;
  return (
    <article className="card report" aria-label={title} data-printed>
      <div className="section-head">
        <h3>{title}</h3>
        <Button onClick={() => print()}>{words.print}</Button>
      </div>
      {approvedBy === undefined && <Notice tone="warning" title={words.incidents.reportProvisional} />}
      <p className="hint">
        {words.incidents.revision(revision)} · {words.incidents.asOf(timeText(language, asOf))}
        {approvedBy !== undefined && ` · ${words.incidents.approvedBy(approvedBy)}`} ·{" "}
        <code>{digest.slice(0, 16)}</code>
      </p>
      <ol className="report-sections">
        {sections.map((section) => (
          <li key={section.no} data-open={section.isOpen ? "" : undefined}>
            <h4>
              {section.no}. {section.title}
            </h4>
            {section.lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </li>
        ))}
      </ol>
    </article>
  );
}

function answerWords(desk: Readonly<Record<"exposed" | "cannot-rule-out" | "nothing-found", string>>) {
  const { exposed, "cannot-rule-out": doubtful, "nothing-found": nothing } = desk;
  return { exposed, "cannot-rule-out": doubtful, "nothing-found": nothing };
}
