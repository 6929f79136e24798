/** The office: what awaits a second actor, and long work; each follows what happens elsewhere by itself. */
import { waitingShape, worksShape } from "../../api/shapes-office.ts";
import { PageHead, Refusal } from "../../ui/controls.tsx";
import { useAnswer } from "../../ui/use-answer.ts";
import { useWords } from "../../words/words.ts";
import { LongWorks } from "./long-works.tsx";
import { WaitingList } from "./waiting-list.tsx";

export default function OfficePage() {
  const words = useWords();
  const waiting = useAnswer(waitingShape, "/api/waiting", 30_000);
  const works = useAnswer(worksShape, "/api/works", 30_000);
  // Who may do only one of both is shown that one.
  const refused = waiting.refused !== undefined && works.refused !== undefined;
  return (
    <>
      <PageHead title={words.office.heading} lead={words.office.lead} />
      <Refusal refused={refused ? waiting.refused : undefined} />
      {waiting.value !== undefined && (
        <WaitingList waiting={waiting.value.waiting} onSigned={waiting.refresh} />
      )}
      {works.value !== undefined && <LongWorks works={works.value.works} onChanged={works.refresh} />}
    </>
  );
}
