/** One worklist: its results so far, its lots, and giving the next free one out. Names nobody. */
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import {
  lotShape,
  type LotState,
  lotStatesShape,
  type Worklist,
  worklistsShape,
} from "../../api/shapes-worklists.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, Notice, PageHead, Refusal, SelectField, Table } from "../../ui/controls.tsx";
import { Progress } from "../../ui/progress.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { numberText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { useColleagues } from "./colleagues.ts";
import { DueBadge, workedOff, worklistsPath } from "./worklists.tsx";

export default function WorklistPage() {
  const words = useWords();
  const { worklist } = useParams({ from: "/worklists/$worklist" });
  const lists = useAnswer(worklistsShape, worklistsPath, 15_000);
  const [from, setFrom] = useState(0);
  const lots = useAnswer(lotStatesShape, `/api/worklists/${worklist}/lots?from=${from}`, 15_000);
  const list = lists.value?.worklists.find((one) => one.worklist === worklist);
  const rows = lots.value?.lots ?? [];
  const refresh = (): void => {
    lists.refresh();
    lots.refresh();
  };
  const next = rows.at(-1)?.lot ?? 0;
  return (
    <>
      <p className="back">
        <Link to="/worklists">← {words.worklists.back}</Link>
      </p>
      <Refusal refused={lists.refused ?? lots.refused} />
      {list !== undefined && (
        <>
          <ListHead list={list} />
          <div className="columns">
            <section aria-labelledby="lots">
              <h2 id="lots">{words.worklists.lots}</h2>
              <LotTable worklist={worklist} lots={rows} />
              {next + 1 < list.lots && (
                <Button onClick={() => setFrom(next + 1)}>{words.worklists.more}</Button>
              )}
            </section>
            <GiveNext list={list} lots={rows} onGiven={refresh} />
          </div>
        </>
      )}
    </>
  );
}

function ListHead({ list }: { readonly list: Worklist }) {
  const words = useWords();
  const language = useLanguage();
  return (
    <>
      <PageHead title={list.title} lead={wordOf(words.worklists.kinds, list.kind)}>
        <DueBadge dueOn={list.dueOn} />
      </PageHead>
      <section className="card" aria-label={words.worklists.columns.progress}>
        <Progress done={workedOff(list)} of={list.persons} />
        <ul className="legend">
          <li>
            {words.worklists.lotsDone(numberText(language, list.doneLots), numberText(language, list.lots))}
          </li>
          {Object.entries(list.results).map(([result, persons]) => (
            <li key={result}>
              <strong>{wordOf(words.worklists.results, result)}</strong> {numberText(language, persons)}
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function LotTable({ worklist, lots }: { readonly worklist: string; readonly lots: readonly LotState[] }) {
  const words = useWords();
  const language = useLanguage();
  const { lot: no, persons, progress, assignee, state } = words.worklists.lotColumns;
  return (
    <Table caption={words.worklists.lots} columns={[no, { figure: persons }, progress, assignee, state]}>
      {lots.map((lot) => (
        <tr key={lot.lot}>
          <td className="cell-main">
            <Link to="/worklists/$worklist/lots/$lot" params={{ worklist, lot: String(lot.lot) }}>
              {words.worklists.lot(lot.lot + 1)}
            </Link>
          </td>
          <td className="cell-figure">{numberText(language, lot.persons)}</td>
          <td>
            <Progress done={lot.withResult} of={lot.persons} />
          </td>
          <td>{lot.assignee ?? words.none}</td>
          <td>
            <Badge tone={lot.isDone ? "good" : lot.assignee === undefined ? "warning" : "calm"}>
              {words.worklists.states[lot.isDone ? "done" : lot.assignee === undefined ? "free" : "given"]}
            </Badge>
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** The first lot that nobody has, to oneself or to somebody who holds the purpose. */
function GiveNext({
  list,
  lots,
  onGiven,
}: {
  readonly list: Worklist;
  readonly lots: readonly LotState[];
  readonly onGiven: () => void;
}) {
  const words = useWords();
  const navigate = useNavigate();
  const { ask, me } = useDesk();
  const colleagues = useColleagues(list.kind);
  const [who, setWho] = useState(me.actor);
  const [said, setSaid] = useState<string>();
  const free = lots.find(({ assignee, isDone }) => assignee === undefined && !isDone);
  const give = useAction(async (lot: number) => {
    const path = `/api/worklists/${list.worklist}/lots/${lot}/assign`;
    const answer = await ask(lotShape, { method: "POST", path, body: { assignee: who } });
    if (isRefused(answer)) return answer;
    onGiven();
    setSaid(words.worklists.given(lot + 1, who));
    const params = { worklist: list.worklist, lot: String(lot) };
    if (who === me.actor) await navigate({ to: "/worklists/$worklist/lots/$lot", params });
    return answer;
  });
  return (
    <section className="card" aria-labelledby="give">
      <h2 id="give">{words.worklists.give}</h2>
      {free === undefined && <Empty title={words.worklists.noFree} />}
      {said !== undefined && <Notice tone="good">{said}</Notice>}
      {free !== undefined && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            give.run(free.lot);
          }}
        >
          <SelectField
            label={words.worklists.giveTo}
            value={who}
            options={colleagues.map((one) => [one, one])}
            onChange={(event) => setWho(event.target.value)}
          />
          <Refusal refused={give.refused} />
          <Button type="submit" look="primary" disabled={give.isRunning}>
            {who === me.actor ? words.worklists.takeNext : words.worklists.give}
          </Button>
        </form>
      )}
    </section>
  );
}
