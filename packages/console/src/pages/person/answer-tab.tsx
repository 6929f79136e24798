/** The answer desk for a person who is looked at: asked for by a press, because an answer is kept. */
import { useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { type Answers, answersShape, type Case } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { Button, Notice, Refusal } from "../../ui/controls.tsx";
import { useAction } from "../../ui/use-action.ts";
import { timeText, useLanguage, useWords, type Words, wordOf } from "../../words/words.ts";
import { Letter } from "../incident/letter.tsx";
import type { Opened } from "./opened.ts";

export default function AnswerTab({
  about,
  person,
  opened,
}: {
  readonly about: Case;
  readonly person: string;
  readonly opened: Opened;
}) {
  const words = useWords();
  const { ask } = useDesk();
  const [answers, setAnswers] = useState<Answers>();
  const answer = useAction(async () => {
    const body = { person, case: about.caseId };
    const given = await ask(answersShape, { method: "POST", path: "/api/answers", body });
    if (!isRefused(given)) setAnswers(given.value.answers);
    return given;
  });
  return (
    <section className="card" aria-labelledby="answer">
      <h2 id="answer">{words.answerDesk.heading}</h2>
      <p className="hint">{words.answerDesk.lead}</p>
      <Refusal refused={answer.refused} />
      {answers === undefined && (
        <div className="form-end">
          <Button look="primary" onClick={answer.run} disabled={answer.isRunning}>
            {words.answerDesk.ask}
          </Button>
        </div>
      )}
      {answers?.length === 0 && <Notice>{words.answerDesk.none}</Notice>}
      {answers?.map((one) => (
        <OneAnswer key={one.incident} answer={one} />
      ))}
      {answers !== undefined && <p className="hint">{words.answerDesk.never}</p>}
      {answers !== undefined && <Letter opened={opened} answers={answers} />}
    </section>
  );
}

function OneAnswer({ answer }: { readonly answer: Answers[number] }) {
  const words = useWords();
  const language = useLanguage();
  const tone = { exposed: "bad", "cannot-rule-out": "warning", "nothing-found": "calm" } as const;
  return (
    <Notice tone={tone[answer.answer]} title={words.answerDesk[answer.answer]}>
      {answer.fields.length > 0 && <p>{words.answerDesk.fields(fieldList(words, answer.fields))}</p>}
      {answer.doubtful.length > 0 && <p>{words.answerDesk.doubtful(fieldList(words, answer.doubtful))}</p>}
      <p className="hint">{words.answerDesk.revision(answer.revision, timeText(language, answer.asOf))}</p>
    </Notice>
  );
}

function fieldList(words: Words, names: readonly string[]): string {
  return names.map((name) => wordOf(words.fields, name)).join(words.listComma);
}
