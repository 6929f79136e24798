/** Long work: what it is at, how far it is, and taking it back where that is possible from here. */
import { type LongWork, takenBackShape } from "../../api/shapes-office.ts";
import { useDesk } from "../../desk.ts";
import { Badge, Button, Empty, Refusal, Table, type Tone } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { numberText, timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";

const tones: Readonly<Partial<Record<LongWork["state"], Tone>>> = {
  running: "calm",
  waiting: "warning",
  stopped: "warning",
  done: "good",
  refused: "bad",
  "given-up": "bad",
};

export function LongWorks({
  works,
  onChanged,
}: {
  readonly works: readonly LongWork[];
  readonly onChanged: () => void;
}) {
  const words = useWords();
  const language = useLanguage();
  const { ask } = useDesk();
  const takeBack = useAction(async ({ kind, id }: LongWork) => {
    const path = kind === "matching" ? `/api/matching/runs/${id}/cancel` : `/api/jobs/${id}/cancel`;
    const answer = await ask(takenBackShape, { method: "POST", path });
    onChanged();
    return answer;
  });
  const { what, state, progress, by, since, act } = words.office.columns;
  return (
    <section aria-labelledby="works">
      <h2 id="works">{words.office.works}</h2>
      <Refusal refused={takeBack.refused} />
      {works.length === 0 && <Empty title={words.office.noWorks}>{words.office.noWorksHint}</Empty>}
      {works.length > 0 && (
        <Table caption={words.office.works} columns={[what, state, progress, by, since, act]}>
          {works.map((work) => (
            <tr key={`${work.kind} ${work.id} ${work.begunAt}`}>
              <td className="cell-main">{words.office.kinds[work.kind]}</td>
              <td>
                <Badge tone={tones[work.state] ?? "calm"}>{words.office.states[work.state]}</Badge>
                {work.step !== undefined && (
                  <span className="hint"> {wordOf(words.office.steps, work.step)}</span>
                )}
              </td>
              <td>
                <HowFar work={work} />
              </td>
              <td>{work.actor}</td>
              <td className="cell-time">{timeText(language, work.begunAt)}</td>
              <td>
                {work.mayCancel && (
                  <Button disabled={takeBack.isRunning} onClick={() => takeBack.run(work)}>
                    {words.office.takeBack}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

/** A file is read once: how many lines it has is known at its end. */
function HowFar({ work: { kind, done, total } }: { readonly work: LongWork }) {
  const words = useWords();
  const language = useLanguage();
  const figure = numberText(language, done);
  if (kind === "import") return <span className="nowrap">{words.office.lines(figure)}</span>;
  if (total === 0) return null;
  const text = words.office.done(figure, numberText(language, total));
  return (
    <div className="progress">
      <progress max={total} value={done} aria-label={text} />
      <span className="nowrap">{text}</span>
    </div>
  );
}
