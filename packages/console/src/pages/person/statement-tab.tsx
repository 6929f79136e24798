/** The annual statement, as the postcard counts it, and what the basic pension would be. Made for printing too. */
import { useMemo } from "react";
import { assertNever } from "@kura/kernel/fault.ts";
import type { Estimate } from "@kura/custodian/premiums/basic-pension.ts";
import { fiscalYearOf } from "@kura/custodian/premiums/rates.ts";
import type { Case } from "../../api/shapes.ts";
import { Button, Empty, Notice, Refusal, Table } from "../../ui/controls.tsx";
import { useOnce } from "../../ui/use-once.ts";
import { type Language, numberText, useLanguage, useWords, type Words } from "../../words/words.ts";
import { entriesShape, type Ledger, ledgerOf } from "./ledger.ts";
import type { Opened } from "./opened.ts";
import { premiumsPath } from "./premiums-tab.tsx";

export default function StatementTab({
  about,
  person,
  opened,
}: {
  readonly about: Case;
  readonly person: string;
  readonly opened: Opened;
}) {
  const words = useWords();
  const { value, refused } = useOnce(entriesShape, premiumsPath(about, person));
  const outcome = useMemo(
    () => (value === undefined ? undefined : ledgerOf(value.entries, opened)),
    [value, opened],
  );
  return (
    <section className="card" aria-labelledby="statement">
      <div className="section-head">
        <h2 id="statement">{words.statement.heading}</h2>
        <Button look="quiet" onClick={() => print()}>
          {words.print}
        </Button>
      </div>
      <p className="hint">{words.statement.lead}</p>
      <Refusal refused={refused} />
      {outcome?.outcome === "no-birth-date" && <Notice tone="warning">{words.premiums.needBirth}</Notice>}
      {outcome?.outcome === "empty" && <Empty title={words.premiums.empty} />}
      {outcome?.outcome === "ledger" && <Totals ledger={outcome.ledger} />}
    </section>
  );
}

function Totals({ ledger: { statement, estimate } }: { readonly ledger: Ledger }) {
  const words = useWords();
  const language = useLanguage();
  const { scheme, months, paid, yen, total } = words.statement;
  const figure = (value: number): string => numberText(language, value);
  return (
    <>
      <Table
        caption={words.statement.heading}
        columns={[scheme, { figure: months }, { figure: paid }, { figure: yen }]}
      >
        {statement.perScheme.map((row) => (
          <tr key={row.scheme}>
            <td className="cell-main">{words.premiums.schemes[row.scheme]}</td>
            <td className="cell-figure">{figure(row.months)}</td>
            <td className="cell-figure">{figure(row.paidMonths)}</td>
            <td className="cell-figure">{words.premiums.yen(figure(row.paidYen + row.additionalYen))}</td>
          </tr>
        ))}
        <tr className="row-total">
          <th scope="row">{total}</th>
          <td className="cell-figure">{figure(statement.total.months)}</td>
          <td />
          <td className="cell-figure">
            {words.premiums.yen(figure(statement.total.paidYen + statement.total.additionalYen))}
          </td>
        </tr>
      </Table>
      <div className="estimate">
        <p className="hint">{words.statement.estimate}</p>
        <p className={estimate.kind === "estimated" ? "estimate-figure" : "estimate-words"}>
          {estimateText(words, language, estimate)}
        </p>
        <p className="hint">{words.statement.terms(fiscalYearOf(statement.period.to))}</p>
      </div>
    </>
  );
}

function estimateText(words: Words, language: Language, estimate: Estimate): string {
  switch (estimate.kind) {
    case "estimated":
      return words.premiums.yen(numberText(language, estimate.yearlyYen));
    case "not-qualified":
      return words.statement["not-qualified"](estimate.months, estimate.monthsShort);
    case "older-law":
    case "year-unknown":
    case "nothing-counts":
      return words.statement[estimate.kind];
    default:
      return assertNever(estimate, "estimate");
  }
}
