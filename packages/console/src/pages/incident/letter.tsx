/**
 * The letter to somebody who was exposed, for paper alone: to whom it goes is what a look has opened on this screen, what it
 * says is the answer that was kept a moment before. Each is in the journal or the register of answers; the letter is not stored.
 * One letter has one person: it is made of this screen's record and of nothing that another one opened.
 */
import type { Answers } from "../../api/shapes.ts";
import { Button, Notice } from "../../ui/controls.tsx";
import { timeText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { type Opened, valuesOf } from "../person/opened.ts";

/** Nothing for whom no revision has; a letter is no comfort that the evidence does not give. */
export function Letter({ opened, answers }: { readonly opened: Opened; readonly answers: Answers }) {
  const words = useWords();
  const exposed = answers.filter(({ answer }) => answer !== "nothing-found");
  if (exposed.length === 0) return null;
  const [name] = valuesOf(opened, "name");
  const [address] = valuesOf(opened, "address");
  if (name === undefined || address === undefined) {
    return <Notice title={words.letter.heading}>{words.letter.needAddress}</Notice>;
  }
  const [postalCode] = valuesOf(opened, "postalCode");
  return (
    <article className="letter" aria-label={words.letter.heading} data-printed>
      <Button onClick={() => print()}>{words.print}</Button>
      <address>
        {postalCode !== undefined && <p>〒{postalCode.value}</p>}
        <p>{address.value}</p>
        <p className="letter-name">{words.letter.to(name.value)}</p>
      </address>
      <LetterText said={exposed} />
      <p className="hint">{words.letter.reference(opened.eventNumber)}</p>
    </article>
  );
}

/** What is the same for everybody of whom the same was exposed. */
export function LetterText({ said }: { readonly said: Answers }) {
  const words = useWords();
  return (
    <>
      <h3>{words.letter.subject}</h3>
      <p>{words.letter.opening}</p>
      {said.map((one) => (
        <Exposed key={one.incident} answer={one} />
      ))}
      <p>{words.letter.changes}</p>
      <p>{words.letter.fraud}</p>
      <p>{words.letter.contact}</p>
    </>
  );
}

function Exposed({ answer: one }: { readonly answer: Answers[number] }) {
  const words = useWords();
  const language = useLanguage();
  const names = (fields: readonly string[]): string =>
    fields.map((field) => wordOf(words.fields, field)).join(words.listComma);
  const isSure = one.answer === "exposed";
  const doubtful = isSure ? one.doubtful : one.fields;
  return (
    <>
      {isSure && <p>{words.letter.exposed(names(one.fields))}</p>}
      {doubtful.length > 0 && <p>{words.letter.doubtful(names(doubtful))}</p>}
      <p className="hint">{words.answerDesk.revision(one.revision, timeText(language, one.asOf))}</p>
    </>
  );
}
