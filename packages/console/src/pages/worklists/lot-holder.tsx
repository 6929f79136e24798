/** Who has a lot: taking it, and handing it over with its case and its results. */
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { type Lot, lotShape, type Worklist } from "../../api/shapes-worklists.ts";
import { useDesk } from "../../desk.ts";
import { Button, Notice, Refusal, SelectField } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { useWords } from "../../words/words.ts";
import { useColleagues } from "./colleagues.ts";

export interface LotProps {
  readonly list: Worklist;
  readonly lot: Lot;
  /** Of the API. */
  readonly path: string;
  readonly onChanged: () => void;
}

export function LotHolder({ list, lot, path, onChanged }: LotProps) {
  const words = useWords();
  const { me, ask } = useDesk();
  const others = useColleagues(list.kind).filter((one) => one !== me.actor);
  const [who, setWho] = useState("");
  const assign = useAction(async (assignee: string) => {
    const answer = await ask(lotShape, { method: "POST", path: `${path}/assign`, body: { assignee } });
    if (!isRefused(answer)) onChanged();
    return answer;
  });
  if (lot.isDone) return <Notice tone="good">{words.worklists.done}</Notice>;
  if (lot.assignee !== me.actor) {
    return (
      <Notice tone="warning">
        <p>{lot.assignee === undefined ? words.worklists.nobodys : words.worklists.notYours(lot.assignee)}</p>
        <Refusal refused={assign.refused} />
        <Button disabled={assign.isRunning} onClick={() => assign.run(me.actor)}>
          {words.worklists.take}
        </Button>
      </Notice>
    );
  }
  if (others.length === 0) return null;
  const chosen = who === "" ? (others[0] ?? "") : who;
  return (
    <details className="quiet-details">
      <summary>{words.worklists.handOver}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          assign.run(chosen);
        }}
      >
        <SelectField
          label={words.worklists.giveTo}
          hint={words.worklists.handOverHint}
          value={chosen}
          options={others.map((one) => [one, one])}
          onChange={(event) => setWho(event.target.value)}
        />
        <Refusal refused={assign.refused} />
        <Button type="submit" disabled={assign.isRunning}>
          {words.worklists.handOver}
        </Button>
      </form>
    </details>
  );
}
