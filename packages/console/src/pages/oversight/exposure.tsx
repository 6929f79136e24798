/** Exposure at risk: how many persons would be exposed if one holder were compromised now. Counts and holders, nobody of the register. */
import { type AtRisk, atRiskShape, extractsShape } from "../../api/shapes.ts";
import { Bars } from "../../ui/bars.tsx";
import { Badge, Empty, Notice, PageHead, Refusal, Table } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { ExtractTable, isOpen, useRevoking } from "./extract-table.tsx";
import { StartIncidentLink } from "../incident/start-incident.tsx";

export default function ExposurePage() {
  const words = useWords();
  const risk = useAnswer(atRiskShape, "/api/exposure", 30_000);
  return (
    <>
      <PageHead title={words.exposure.heading} lead={words.exposure.lead} />
      <Refusal refused={risk.refused} />
      {risk.isLoading && <p className="hint">{words.loading}</p>}
      {risk.value !== undefined && (
        <>
          <Figure risk={risk.value} />
          <Trend trend={risk.value.trend} />
          <WorstHolders worst={risk.value.worst} />
          <OpenExtracts />
        </>
      )}
    </>
  );
}

/** The board's figure: the worst single holder. */
function Figure({ risk: { asOf, worst } }: { readonly risk: AtRisk }) {
  const words = useWords();
  const language = useLanguage();
  const [most] = worst;
  const figure = numberText(language, most?.persons ?? 0);
  return (
    <section className="card headline" aria-label={words.exposure.figure}>
      <p className="hint">{words.exposure.figure}</p>
      <p className="headline-figures">
        <span>
          <strong>{figure}</strong> {words.exposure.persons(most?.persons ?? 0)}
        </span>
      </p>
      <p>
        {most === undefined
          ? words.exposure.nobody
          : words.exposure.worst(wordOf(words.exposure.kinds, most.kind), holderText(most))}{" "}
        <span className="hint">{words.incidents.asOf(timeText(language, asOf))}</span>
      </p>
    </section>
  );
}

function Trend({ trend }: { readonly trend: AtRisk["trend"] }) {
  const words = useWords();
  const language = useLanguage();
  const bars = trend.map(({ day, persons }) => ({
    key: day,
    name: day.slice(5).replace("-", "/"),
    value: persons,
    look: "sure" as const,
    sentence: words.exposure.onDay(day, numberText(language, persons)),
  }));
  return <Bars title={words.exposure.trend} bars={bars} />;
}

function WorstHolders({ worst }: { readonly worst: AtRisk["worst"] }) {
  const words = useWords();
  const language = useLanguage();
  const { holder, persons, fields, act } = words.exposure.columns;
  const most = Math.max(1, worst[0]?.persons ?? 1);
  return (
    <section aria-labelledby="worst">
      <h2 id="worst">{words.exposure.holders}</h2>
      {worst.length === 0 && <Empty title={words.exposure.nobody}>{words.exposure.nobodyHint}</Empty>}
      {worst.length > 0 && (
        <Table caption={words.exposure.holders} columns={[holder, persons, fields, act]}>
          {worst.map((one) => (
            <tr key={`${one.kind} ${one.name}`}>
              <td className="cell-main">
                <Badge>{wordOf(words.exposure.kinds, one.kind)}</Badge> {holderText(one)}
              </td>
              <td>
                <div className="progress">
                  <progress max={most} value={one.persons} aria-hidden="true" />
                  <span className="nowrap">{numberText(language, one.persons)}</span>
                </div>
              </td>
              <td className="cell-fields">
                {one.fields.map((field) => wordOf(words.fields, field)).join(words.listComma)}
              </td>
              <td>
                <StartIncidentLink of={{ kind: one.kind, name: one.name, source: words.exposure.heading }} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

/** An extract by the end of its id, the others by their names. */
function holderText({ kind, name }: AtRisk["worst"][number]): string {
  return kind === "extract" ? name.slice(-6) : name;
}

function OpenExtracts() {
  const words = useWords();
  const extracts = useAnswer(extractsShape, "/api/extracts", 15_000);
  const revoking = useRevoking(extracts.refresh);
  const open = extracts.value?.extracts.filter(isOpen) ?? [];
  return (
    <>
      <Refusal refused={extracts.refused ?? revoking.refused} />
      {revoking.isDone && <Notice tone="good">{words.extracts.revoked}</Notice>}
      {extracts.value !== undefined && open.length === 0 && (
        <Empty title={words.exposure.noExtracts}>{words.exposure.noExtractsHint}</Empty>
      )}
      {open.length > 0 && (
        <ExtractTable
          title={words.extracts.open}
          extracts={open}
          {...(revoking.isAllowed && { onRevoke: revoking.run })}
        />
      )}
    </>
  );
}
