/**
 * Finding a person by number, or by kana and birth date. Candidates come masked; choosing one adds the person to the case
 * and opens what identifies them. What was typed and what was found is gone with this screen.
 */
import { useNavigate } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { isRefused } from "../../api/ask.ts";
import { type Case, caseShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import { type Candidate, type Found, searchFor } from "../../door/looks.ts";
import { readBirthDate, termsOfName, termsOfNumber } from "../../door/terms.ts";
import { Button, Empty, Refusal, SelectField, TextField } from "../../ui/controls.tsx";
import { Segments } from "../../ui/segments.tsx";
import { useAction } from "../../ui/use-action.ts";
import { dateText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import { searchPurposesFor } from "./purposes.ts";

type Way = "number" | "name";
type BadInput = "bad-number" | "bad-kana" | "bad-birth";

export function FindPerson({ about }: { readonly about: Case }) {
  const words = useWords();
  const desk = useDesk();
  const [way, setWay] = useState<Way>("number");
  const [said, setSaid] = useState({ number: "", kana: "", birth: "" });
  const [bad, setBad] = useState<BadInput>();
  const [found, setFound] = useState<Found>();
  const purposes = searchPurposesFor(desk.me, about.kind);
  const [purpose, setPurpose] = useState(purposes[0] ?? about.kind);
  const search = useAction(async () => {
    setFound(undefined);
    const made = way === "number" ? termsOfNumber(said.number) : termsOfName(said.kana, said.birth);
    setBad(made.outcome === "terms" ? undefined : made.outcome);
    if (made.outcome !== "terms") return undefined;
    const outcome = await searchFor(desk, about, purpose, made.terms);
    if (outcome.outcome === "found") setFound(outcome);
    return outcome;
  });
  return (
    <section className="card" aria-labelledby="find">
      <h2 id="find">{words.search.heading}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          search.run();
        }}
      >
        <Segments
          label={words.search.heading}
          options={[
            ["number", words.search.byNumber],
            ["name", words.search.byName],
          ]}
          chosen={way}
          onChoose={setWay}
        />
        <div className="field-row">
          <SaidFields way={way} said={said} bad={bad} onSay={setSaid} />
          {purposes.length > 1 && (
            <SelectField
              label={words.search.purpose}
              value={purpose}
              options={purposes.map((one) => [one, wordOf(words.purposes, one)])}
              onChange={(event) => setPurpose(event.target.value)}
            />
          )}
        </div>
        <div className="form-end">
          <Button type="submit" look="primary" disabled={search.isRunning}>
            {search.isRunning ? words.search.finding : words.search.find}
          </Button>
          <p className="hint">{words.search.cost}</p>
        </div>
      </form>
      <Refusal refused={search.refused} />
      <div aria-live="polite">
        {found !== undefined && <Candidates about={about} found={found} way={way} />}
      </div>
    </section>
  );
}

interface Said {
  readonly number: string;
  readonly kana: string;
  readonly birth: string;
}

function SaidFields({
  way,
  said,
  bad,
  onSay,
}: {
  readonly way: Way;
  readonly said: Said;
  readonly bad: BadInput | undefined;
  readonly onSay: (said: Said) => void;
}) {
  const words = useWords();
  const language = useLanguage();
  if (way === "number") {
    return (
      <TextField
        label={words.search.number}
        hint={words.search.numberHint}
        error={bad === "bad-number" ? words.search.badNumber : undefined}
        value={said.number}
        inputMode="numeric"
        placeholder="0000-000000"
        maxLength={16}
        data-search
        className="wide-figures"
        onChange={(event) => onSay({ ...said, number: event.target.value })}
      />
    );
  }
  const birth = readBirthDate(said.birth);
  return (
    <>
      <TextField
        label={words.search.kana}
        hint={words.search.kanaHint}
        error={bad === "bad-kana" ? words.search.badKana : undefined}
        value={said.kana}
        maxLength={100}
        lang="ja"
        data-search
        onChange={(event) => onSay({ ...said, kana: event.target.value })}
      />
      <TextField
        label={words.search.birth}
        hint={birth === undefined ? words.search.birthHint : words.search.reads(dateText(language, birth))}
        error={bad === "bad-birth" ? words.search.badBirth : undefined}
        value={said.birth}
        maxLength={20}
        onChange={(event) => onSay({ ...said, birth: event.target.value })}
      />
    </>
  );
}

function Candidates({
  about,
  found,
  way,
}: {
  readonly about: Case;
  readonly found: Found;
  readonly way: Way;
}) {
  const words = useWords();
  const { ask, me } = useDesk();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const list = useRef<HTMLUListElement>(null);
  const choose = useAction(async ({ person }: Candidate) => {
    const reason = way === "number" ? words.search.foundByNumber : words.search.foundByName;
    const path = `/api/cases/${about.caseId}/persons`;
    const known = about.persons.indexOf(person);
    if (known === -1) {
      const answer = await ask(caseShape, { method: "POST", path, body: { persons: [person], reason } });
      if (isRefused(answer)) return answer;
      // The case as it is now, where the person's page looks for it: it need not ask again before it opens the record.
      queries.setQueryData([me.session, `/api/cases/${about.caseId}`], answer);
    }
    const ordinal = String((known === -1 ? about.persons.length : known) + 1);
    await navigate({
      to: "/cases/$caseId/persons/$ordinal",
      params: { caseId: about.caseId, ordinal },
      state: { isChosen: true },
    });
    return undefined;
  });
  useEffect(() => list.current?.querySelector("button")?.focus(), [found]);
  if (found.candidates.length === 0) {
    return <Empty title={words.search.nobody}>{words.search.nobodyHint}</Empty>;
  }
  return (
    <>
      <p className="results-head">
        <strong>{words.search.results(found.candidates.length)}</strong>{" "}
        <span className="hint">{words.search.chooseHint}</span>
      </p>
      <Refusal refused={choose.refused} />
      <ul className="candidates" ref={list} onKeyDown={(event) => pressNth(list.current, event.key)}>
        {found.candidates.map((candidate, index) => (
          <li key={candidate.person}>
            <button type="button" disabled={choose.isRunning} onClick={() => choose.run(candidate)}>
              <kbd aria-hidden="true">{index + 1}</kbd>
              <CandidateText candidate={candidate} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function CandidateText({ candidate }: { readonly candidate: Candidate }) {
  const words = useWords();
  return (
    <>
      <span className="candidate-name" lang="ja">
        <span className="unseen">{words.search.masked} </span>
        {candidate.maskedName === "" ? words.search.blank : candidate.maskedName}
      </span>
      <span>
        <span className="hint">{words.search.born}</span> {candidate.birthYear || words.search.blank}
      </span>
      <span lang="ja">
        <span className="hint">{words.search.area}</span> {candidate.addressStart || words.search.blank}
      </span>
    </>
  );
}

function pressNth(list: HTMLUListElement | null, key: string): void {
  if (/^[1-9]$/u.test(key)) list?.querySelectorAll("button")[Number(key) - 1]?.click();
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The person was just chosen among candidates: what identifies them may be opened without another press. */
    isChosen?: boolean;
  }
}
