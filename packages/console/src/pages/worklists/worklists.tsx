/** Worklists: my lots first, then every list with how far it has come and when it is due. Names nobody. */
import { Link } from "@tanstack/react-router";
import { type Worklist, worklistsShape } from "../../api/shapes-worklists.ts";
import { Badge, Empty, PageHead, Refusal, Table } from "../../ui/controls.tsx";
import { Progress } from "../../ui/progress.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { dayText, numberText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { MakeWorklist } from "./worklist-make.tsx";

export const worklistsPath = "/api/worklists";

export default function WorklistsPage() {
  const words = useWords();
  const { value, refused, refresh } = useAnswer(worklistsShape, worklistsPath, 15_000);
  const lists = value?.worklists ?? [];
  return (
    <>
      <PageHead title={words.worklists.heading} lead={words.worklists.lead} />
      <Refusal refused={refused} />
      {value !== undefined && (
        <div className="columns">
          <div className="stack">
            <MyLots lists={lists} mine={value.mine} />
            <section aria-labelledby="lists">
              <h2 id="lists">{words.worklists.all}</h2>
              {lists.length === 0 && <Empty title={words.worklists.empty}>{words.worklists.emptyHint}</Empty>}
              {lists.length > 0 && <ListTable lists={lists} />}
            </section>
          </div>
          <MakeWorklist onMade={refresh} />
        </div>
      )}
    </>
  );
}

function MyLots({
  lists,
  mine,
}: {
  readonly lists: readonly Worklist[];
  readonly mine: readonly { readonly worklist: string; readonly lot: number }[];
}) {
  const words = useWords();
  return (
    <section aria-labelledby="mine">
      <h2 id="mine">{words.worklists.mine}</h2>
      {mine.length === 0 && <Empty title={words.worklists.noneMine}>{words.worklists.noneMineHint}</Empty>}
      <ul className="person-list">
        {mine.map(({ worklist, lot }) => {
          const list = lists.find((one) => one.worklist === worklist);
          return (
            <li key={`${worklist} ${lot}`}>
              <strong>{list?.title}</strong>
              <span className="hint">{words.worklists.lot(lot + 1)}</span>
              <DueBadge dueOn={list?.dueOn} />
              <Link
                className="button button-plain"
                to="/worklists/$worklist/lots/$lot"
                params={{ worklist, lot: String(lot) }}
              >
                {words.worklists.openLot}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function ListTable({ lists }: { readonly lists: readonly Worklist[] }) {
  const words = useWords();
  const language = useLanguage();
  const { list, progress, lots, due, madeBy } = words.worklists.columns;
  return (
    <Table caption={words.worklists.all} columns={[list, progress, { figure: lots }, due, madeBy]}>
      {lists.map((one) => (
        <tr key={one.worklist}>
          <td className="cell-main">
            <Link to="/worklists/$worklist" params={{ worklist: one.worklist }}>
              {one.title}
            </Link>
            <div className="hint">{wordOf(words.worklists.kinds, one.kind)}</div>
          </td>
          <td>
            <Progress done={workedOff(one)} of={one.persons} />
          </td>
          <td className="cell-figure">
            {numberText(language, one.doneLots)} / {numberText(language, one.lots)}
          </td>
          <td>
            <DueBadge dueOn={one.dueOn} />
          </td>
          <td>{one.madeBy}</td>
        </tr>
      ))}
    </Table>
  );
}

/** Persons with a result. */
export function workedOff({ results }: Worklist): number {
  return Object.values(results).reduce((sum, persons) => sum + persons, 0);
}

const dayMs = 24 * 3_600_000;

/** Red when the day is over, yellow when it is one of the next three. */
export function DueBadge({ dueOn }: { readonly dueOn: string | undefined }) {
  const words = useWords();
  const language = useLanguage();
  if (dueOn === undefined) return <span className="hint">{words.worklists.noDue}</span>;
  const endsMs = new Date(`${dueOn}T00:00`).getTime() + dayMs;
  const isOver = endsMs <= Date.now();
  const date = dayText(language, dueOn);
  return (
    <Badge tone={isOver ? "bad" : endsMs - Date.now() < 4 * dayMs ? "warning" : "calm"}>
      {isOver ? words.worklists.overdue(date) : words.worklists.due(date)}
    </Badge>
  );
}
