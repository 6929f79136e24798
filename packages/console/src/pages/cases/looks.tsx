/** My looks: whom I saw, as the journal has it. Persons are told apart by a few digits of their random key. */
import { Link } from "@tanstack/react-router";
import { looksShape } from "../../api/shapes.ts";
import { Badge, Empty, PageHead, Refusal, Table } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";

export default function LooksPage() {
  const words = useWords();
  const language = useLanguage();
  const { value, refused, isLoading } = useAnswer(looksShape, "/api/looks");
  const { at, kind, person, purpose, fields, case: inCase, event } = words.looks.columns;
  return (
    <>
      <PageHead title={words.looks.heading} lead={words.looks.lead} />
      <Refusal refused={refused} />
      {isLoading && <p className="hint">{words.loading}</p>}
      {value?.looks.length === 0 && <Empty title={words.looks.empty} />}
      {value !== undefined && value.looks.length > 0 && (
        <Table
          caption={words.looks.heading}
          columns={[at, kind, person, purpose, fields, inCase, { figure: event }]}
        >
          {value.looks.map((look) => (
            <tr key={`${look.eventNumber} ${look.person}`}>
              <td className="cell-time">{timeText(language, look.at)}</td>
              <td>
                <Badge tone={look.kind === "opened" ? "good" : "calm"}>
                  {wordOf(words.looks.kinds, look.kind)}
                </Badge>
              </td>
              <td>
                <code>{look.person.slice(-6)}</code>
              </td>
              <td>{wordOf(words.purposes, look.purpose)}</td>
              <td className="cell-fields">
                {look.fields.map((field) => wordOf(words.fields, field)).join(words.listComma)}
              </td>
              <td>
                <Link to="/cases/$caseId" params={{ caseId: look.case }}>
                  {wordOf(words.caseKinds, look.caseKind)}
                </Link>
              </td>
              <td className="cell-figure">{numberText(language, BigInt(look.eventNumber))}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
