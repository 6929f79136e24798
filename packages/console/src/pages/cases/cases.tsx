/** My cases, and opening a new one: where a day begins. */
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { type Case, caseShape, casesShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import {
  Badge,
  Button,
  Empty,
  PageHead,
  Refusal,
  SelectField,
  Table,
  TextField,
} from "../../ui/controls.tsx";
import { Segments } from "../../ui/segments.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";

/** Purposes are named after the kinds of case they serve; a kind that the actor can do nothing in is not offered. */
export const caseKinds = [
  "claim",
  "contribution-inquiry",
  "address-change",
  "call-centre-inquiry",
  "record-matching",
  "incident-response",
  "audit",
] as const;

export function CasesPage() {
  const words = useWords();
  const { me } = useDesk();
  const [whose, setWhose] = useState<"mine" | "everybody">("mine");
  const query = whose === "mine" ? "?open=true&mine=true" : "?open=true";
  const { value, refused, isLoading } = useAnswer(casesShape, `/api/cases${query}`);
  const kinds = caseKinds.filter((kind) => me.purposes.includes(kind));
  return (
    <>
      <PageHead title={words.cases.heading} lead={words.cases.lead} />
      <div className={kinds.length > 0 ? "columns" : ""}>
        <section aria-labelledby="open-cases">
          <div className="section-head">
            <h2 id="open-cases">{words.cases.open}</h2>
            <Segments
              label={words.cases.heading}
              options={[
                ["mine", words.cases.mine],
                ["everybody", words.cases.everybody],
              ]}
              chosen={whose}
              onChoose={setWhose}
            />
          </div>
          <Refusal refused={refused} />
          {isLoading && <p className="hint">{words.loading}</p>}
          {value?.cases.length === 0 && (
            <Empty title={words.cases.empty}>{kinds.length > 0 ? words.cases.emptyHint : undefined}</Empty>
          )}
          {value !== undefined && value.cases.length > 0 && <CaseTable cases={value.cases} />}
        </section>
        {kinds.length > 0 && <NewCase kinds={kinds} />}
      </div>
    </>
  );
}

function CaseTable({ cases }: { readonly cases: readonly Case[] }) {
  const words = useWords();
  const language = useLanguage();
  const { kind, reason, persons, openedBy, openedAt } = words.cases.columns;
  return (
    <Table caption={words.cases.open} columns={[kind, reason, persons, openedBy, openedAt]}>
      {cases.map((one) => (
        <tr key={one.caseId}>
          <td>
            <Badge>{wordOf(words.caseKinds, one.kind)}</Badge>
          </td>
          <td className="cell-main">
            <Link to="/cases/$caseId" params={{ caseId: one.caseId }}>
              {one.reason}
            </Link>
          </td>
          <td>{words.cases.persons(one.persons.length)}</td>
          <td>{one.openedBy}</td>
          <td className="cell-time">{timeText(language, one.openedAt)}</td>
        </tr>
      ))}
    </Table>
  );
}

function NewCase({ kinds }: { readonly kinds: readonly (typeof caseKinds)[number][] }) {
  const words = useWords();
  const navigate = useNavigate();
  const { ask } = useDesk();
  const [kind, setKind] = useState<string>(kinds[0] ?? "claim");
  const [reason, setReason] = useState("");
  const open = useAction(async () => {
    const answer = await ask(caseShape, { method: "POST", path: "/api/cases", body: { kind, reason } });
    if (isRefused(answer)) return answer;
    await navigate({ to: "/cases/$caseId", params: { caseId: answer.value.caseId } });
    return answer;
  });
  return (
    <section className="card" aria-labelledby="new-case">
      <h2 id="new-case">{words.cases.start}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          open.run();
        }}
      >
        <SelectField
          label={words.cases.kind}
          value={kind}
          options={kinds.map((one) => [one, words.caseKinds[one]])}
          onChange={(event) => setKind(event.target.value)}
        />
        <TextField
          label={words.cases.reason}
          hint={words.cases.reasonHint}
          value={reason}
          required
          maxLength={200}
          data-search
          onChange={(event) => setReason(event.target.value)}
        />
        <Refusal refused={open.refused} />
        <Button type="submit" look="primary" disabled={open.isRunning}>
          {words.cases.create}
        </Button>
      </form>
    </section>
  );
}
