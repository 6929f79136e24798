/**
 * A lot of a worklist, worked off row by row: sealed until opened, each opening a look in the lot's case, and a word for
 * each person at the end. Keys: arrows move, Enter opens, digits write the result and go on. Of a list of letters each look is
 * a letter to its person, for paper; P prints it.
 *
 * What looks brought lives in this component's state alone, and is gone when the screen is left or nobody touches it.
 */
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { type Field, fieldNumbers, fields as allFields } from "@kura/custodian/register/field.ts";
import { parseWorklistKind, worklistKinds } from "@kura/custodian/worklists/worklist.ts";
import { isRefused } from "../../api/ask.ts";
import { type Lot, lotShape, type Worklist, worklistsShape } from "../../api/shapes-worklists.ts";
import { answerShape, type Answers, caseShape, type Roster, rosterShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Button, Notice, PageHead, Refusal } from "../../ui/controls.tsx";
import { Progress } from "../../ui/progress.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useAnswer } from "../../ui/use-answer.ts";
import { useClearing } from "../../ui/use-clearing.ts";
import { useWords } from "../../words/words.ts";
import { Letter } from "../incident/letter.tsx";
import { LotHolder, type LotProps } from "./lot-holder.tsx";
import { LotRows } from "./lot-rows.tsx";
import { type Opened, openedOf } from "../person/opened.ts";
import { fieldsOf } from "../person/purposes.ts";
import { useLookHere } from "../person/use-look-here.ts";
import { DueBadge, worklistsPath } from "./worklists.tsx";

export default function LotPage() {
  const words = useWords();
  const { worklist, lot: lotText } = useParams({ from: "/worklists/$worklist/lots/$lot" });
  const path = `/api/worklists/${worklist}/lots/${lotText}`;
  const lists = useAnswer(worklistsShape, worklistsPath);
  const lot = useAnswer(lotShape, path);
  // No row before it is known which fields its look may show.
  const roster = useAnswer(rosterShape, "/api/roster");
  const list = lists.value?.worklists.find((one) => one.worklist === worklist);
  return (
    <>
      <p className="back">
        <Link to="/worklists/$worklist" params={{ worklist }}>
          ← {words.worklists.backToList}
        </Link>
      </p>
      <Refusal refused={lists.refused ?? lot.refused ?? roster.refused} />
      {list !== undefined && lot.value !== undefined && roster.value !== undefined && (
        <OneLot
          key={path}
          list={list}
          lot={lot.value}
          columns={columnsOf(list, roster.value)}
          path={path}
          onChanged={lot.refresh}
        />
      )}
    </>
  );
}

function OneLot({
  list,
  lot,
  columns,
  path,
  onChanged,
}: LotProps & {
  readonly columns: readonly Field[];
}) {
  const words = useWords();
  const { me, ask } = useDesk();
  const [current, setCurrent] = useState(0);
  const isMine = lot.assignee === me.actor && !lot.isDone;
  const rows = useOpenedRows(list, lot, columns);
  const record = useAction(async (person: string, result: string) => {
    const answer = await ask(lotShape, { method: "POST", path: `${path}/results`, body: { person, result } });
    onChanged();
    return answer;
  });
  const finish = useAction(async () => {
    const answer = await ask(lotShape, { method: "POST", path: `${path}/done` });
    if (!isRefused(answer)) rows.clear();
    onChanged();
    return answer;
  });
  const here = lot.persons[current]?.person ?? "";
  const [shown, said] = [rows.opened.get(here), rows.answers.get(here)];
  const left = lot.persons.filter(({ result }) => result === undefined).length;
  return (
    <>
      <PageHead title={`${list.title} · ${words.worklists.lot(lot.lot + 1)}`}>
        <DueBadge dueOn={list.dueOn} />
      </PageHead>
      <Progress done={lot.persons.length - left} of={lot.persons.length} />
      {rows.isCleared && <Notice tone="warning">{words.shell.locked}</Notice>}
      <Refusal refused={rows.refused ?? record.refused ?? finish.refused} />
      <LotHolder list={list} lot={lot} path={path} onChanged={onChanged} />
      <LotRows
        lot={lot}
        columns={columns}
        opened={rows.opened}
        results={resultsOf(list.kind)}
        isMine={isMine}
        isBusy={rows.isRunning}
        current={current}
        onCurrent={setCurrent}
        onReveal={rows.reveal}
        onResult={record.run}
      />
      {shown !== undefined && said !== undefined && <Letter opened={shown} answers={[said]} />}
      {isMine && (
        <div className="form-end">
          <Button look="primary" disabled={left > 0 || finish.isRunning} onClick={finish.run}>
            {words.worklists.finish}
          </Button>
          <span className="hint">{words.worklists.finishHint}</span>
        </div>
      )}
    </>
  );
}

/** What looks brought, row by row; of a list of letters, with what each letter says. Nobody touches the screen: it is gone. */
function useOpenedRows(list: Worklist, lot: Lot, columns: readonly Field[]) {
  const { ask } = useDesk();
  const [opened, setOpened] = useState<ReadonlyMap<string, Opened>>(new Map());
  const [answers, setAnswers] = useState<ReadonlyMap<string, Answers[number]>>(new Map());
  const [isCleared, setCleared] = useState(false);
  const clear = (): void => {
    setOpened(new Map());
    setAnswers(new Map());
  };
  useClearing(opened.size > 0, () => {
    clear();
    setCleared(true);
  });
  const { refused, isRunning, run } = useReveal(list, lot, columns, async (person, shown) => {
    setCleared(false);
    setOpened((before) => new Map([...before, [person, shown]]));
    if (list.letters === undefined) return undefined;
    const path = `/api/letters/${list.letters}/answers`;
    const said = await ask(answerShape, { method: "POST", path, body: { person, case: lot.case } });
    if (!isRefused(said)) setAnswers((before) => new Map([...before, [person, said.value]]));
    return said;
  });
  return { opened, answers, isCleared, clear, reveal: run, isRunning, refused };
}

/** The list's fields, as far as the purpose of its case shows them. */
function columnsOf(list: Worklist, roster: Roster): Field[] {
  const allowed = fieldsOf(roster, caseKindOf(list.kind));
  return allFields.filter((field) => list.fields.includes(field) && allowed.includes(field));
}

/** @param onOpened what follows upon a look, and is part of the same press. */
function useReveal(
  list: Worklist,
  lot: Lot,
  columns: readonly Field[],
  onOpened: (person: string, opened: Opened) => Promise<{ readonly outcome: string } | undefined>,
) {
  const { ask } = useDesk();
  const lookHere = useLookHere();
  return useAction(async (person: string) => {
    const about = await ask(caseShape, { path: `/api/cases/${lot.case}` });
    if (isRefused(about)) return about;
    const purpose = caseKindOf(list.kind);
    const wish = { about: about.value, purpose, person, fields: columns.map((field) => fieldNumbers[field]) };
    let shown: Opened | undefined;
    const looked = await lookHere(wish, (brought) => {
      shown = openedOf(undefined, brought, { purpose, fields: columns });
    });
    return shown === undefined ? looked : onOpened(person, shown);
  });
}

/** Its name is the purpose's too. */
function caseKindOf(kindText: string): string {
  const kind = parseWorklistKind(kindText);
  return kind === undefined ? "" : worklistKinds[kind].caseKind;
}

function resultsOf(kindText: string): readonly string[] {
  const kind = parseWorklistKind(kindText);
  return kind === undefined ? [] : worklistKinds[kind].results;
}
