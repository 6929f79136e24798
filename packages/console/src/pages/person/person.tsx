/**
 * One person in a case: sealed until opened, and then what was opened and no more.
 *
 * What a look brought lives in this component's state alone. Leaving the screen, five minutes without a touch, or the
 * page going away clears it; nothing of it is in the address, the title, a cache or a store.
 */
import { Link, useLocation, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { fieldNumbers } from "@kura/custodian/register/field.ts";
import { isRefused } from "../../api/ask.ts";
import { type Case, caseShape, type Roster, rosterShape } from "../../api/shapes.ts";
import { useDesk } from "../../desk.ts";
import type { Looked } from "../../door/looks.ts";
import { Badge, Notice, Refusal } from "../../ui/controls.tsx";
import { type Action, useAction } from "../../ui/use-action.ts";
import { handedOnMs, useAnswer } from "../../ui/use-answer.ts";
import { useClearing } from "../../ui/use-clearing.ts";
import { numberText, useLanguage, useWords, wordOf } from "../../words/words.ts";
import type { LookWishes } from "./look-wishes.ts";
import { type Opened, openedOf } from "./opened.ts";
import { OpenForm } from "./open-form.tsx";
import { fieldsOf, identifying, purposesFor } from "./purposes.ts";
import { RecordTab } from "./record-tab.tsx";
import { useLookHere } from "./use-look-here.ts";

const HistoryTab = lazy(() => import("./history-tab.tsx"));
const PremiumsTab = lazy(() => import("./premiums-tab.tsx"));
const StatementTab = lazy(() => import("./statement-tab.tsx"));
const ChangeTab = lazy(() => import("./change-tab.tsx"));
const AnswerTab = lazy(() => import("./answer-tab.tsx"));
const WhoLookedTab = lazy(() => import("./who-looked-tab.tsx"));

export function PersonPage() {
  const words = useWords();
  const { caseId, ordinal } = useParams({ from: "/cases/$caseId/persons/$ordinal" });
  // Whoever comes from the case has both: the look is not to wait behind them.
  const about = useAnswer(caseShape, `/api/cases/${caseId}`, 0, handedOnMs);
  const roster = useAnswer(rosterShape, "/api/roster", 0, handedOnMs);
  const person = about.value?.persons[Number(ordinal) - 1];
  useLeaving(caseId);
  return (
    <>
      <p className="back">
        <Link to="/cases/$caseId" params={{ caseId }}>
          ← {words.person.back} <kbd>Esc</kbd>
        </Link>
      </p>
      <Refusal refused={about.refused ?? roster.refused} />
      {about.value !== undefined && roster.value !== undefined && person !== undefined && (
        <OnePerson
          key={`${caseId} ${ordinal}`}
          about={about.value}
          roster={roster.value}
          person={person}
          ordinal={Number(ordinal)}
        />
      )}
    </>
  );
}

interface OnePersonProps {
  readonly about: Case;
  readonly roster: Roster;
  readonly person: string;
  readonly ordinal: number;
}

function OnePerson({ about, roster, person, ordinal }: OnePersonProps) {
  const words = useWords();
  const { me } = useDesk();
  const [opened, setOpened] = useState<Opened>();
  const [isCleared, setCleared] = useState(false);
  const purposes = purposesFor(me, about.kind);
  const look = useLookAction(about, person, (looked, wishes) => {
    setCleared(false);
    setOpened((before) => openedOf(before, looked, wishes));
  });
  useClearing(opened !== undefined, () => {
    setOpened(undefined);
    setCleared(true);
  });
  useOpeningAtOnce(look, purposes[0] ?? "", roster);
  return (
    <>
      <header className="page-head">
        <div>
          <p>
            <Badge>{wordOf(words.caseKinds, about.kind)}</Badge> <span className="hint">{about.reason}</span>
          </p>
          <h1 tabIndex={-1}>{words.person.heading(ordinal)}</h1>
        </div>
        {opened !== undefined && <EventNumber opened={opened} />}
      </header>
      {isCleared && <Notice tone="warning">{words.shell.locked}</Notice>}
      <Refusal refused={look.refused} />
      {opened === undefined && (
        <OpenForm roster={roster} purposes={purposes} isBusy={look.isRunning} onOpen={look.run} />
      )}
      {opened !== undefined && (
        <Tabs about={about} roster={roster} person={person} opened={opened} purposes={purposes} look={look} />
      )}
    </>
  );
}

function EventNumber({ opened }: { readonly opened: Opened }) {
  const words = useWords();
  const language = useLanguage();
  return (
    <p className="event-number" title={words.person.eventExplain}>
      <span className="seal seal-open" aria-hidden="true" />
      {words.person.event(numberText(language, BigInt(opened.eventNumber)))}
    </p>
  );
}

const tabs = ["record", "history", "premiums", "statement", "change", "looks", "answer"] as const;
type Tab = (typeof tabs)[number];

interface TabsProps {
  readonly about: Case;
  readonly roster: Roster;
  readonly person: string;
  readonly opened: Opened;
  readonly purposes: readonly string[];
  readonly look: Action<[LookWishes]>;
}

function Tabs({ about, roster, person, opened, purposes, look }: TabsProps) {
  const words = useWords();
  const [tab, setTab] = useState<Tab>("record");
  return (
    <>
      <div className="tabs" role="tablist" onKeyDown={moveTab}>
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-selected={tab === one}
            aria-controls="tab-panel"
            tabIndex={tab === one ? 0 : -1}
            onClick={() => setTab(one)}
            onFocus={() => setTab(one)}
          >
            {words.person.tabs[one]}
          </button>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        <Suspense fallback={<p className="hint">{words.loading}</p>}>
          {tab === "record" && (
            <RecordTab
              roster={roster}
              opened={opened}
              purposes={purposes}
              isBusy={look.isRunning}
              onOpen={look.run}
            />
          )}
          {tab === "history" && <HistoryTab opened={opened} />}
          {tab === "premiums" && <PremiumsTab about={about} person={person} opened={opened} />}
          {tab === "statement" && <StatementTab about={about} person={person} opened={opened} />}
          {tab === "change" && <ChangeTab about={about} person={person} opened={opened} />}
          {tab === "answer" && <AnswerTab about={about} person={person} opened={opened} />}
          {tab === "looks" && <WhoLookedTab about={about} person={person} />}
        </Suspense>
      </div>
    </>
  );
}

/** Arrow keys move between tabs (ARIA Authoring Practices, tabs). */
function moveTab(event: React.KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")];
  const here = all.findIndex((one) => one === document.activeElement);
  all[(here + step + all.length) % all.length]?.focus();
}

/** The reason is kept first, then the order is signed and sent. */
function useLookAction(
  about: Case,
  person: string,
  onLooked: (looked: Looked, wishes: LookWishes) => void,
): Action<[LookWishes]> {
  const { ask } = useDesk();
  const lookHere = useLookHere();
  return useAction(async (wishes: LookWishes) => {
    const { purpose, fields, reason } = wishes;
    if (reason !== undefined) {
      const path = `/api/cases/${about.caseId}/persons`;
      const kept = await ask(caseShape, { method: "POST", path, body: { persons: [person], reason } });
      if (isRefused(kept)) return kept;
    }
    const wish = { about, purpose, person, fields: fields.map((field) => fieldNumbers[field]) };
    return lookHere(wish, (looked) => onLooked(looked, wishes));
  });
}

/** Whoever was chosen among candidates is opened without another press: what identifies them, once. */
function useOpeningAtOnce(look: Action<[LookWishes]>, purpose: string, roster: Roster): void {
  const isChosen = useLocation({ select: ({ state }) => state.isChosen === true });
  const isDone = useRef(false);
  useEffect(() => {
    if (!isChosen || isDone.current) return;
    isDone.current = true;
    history.replaceState({ ...history.state, isChosen: false }, "");
    const fields = fieldsOf(roster, purpose).filter((field) => identifying.includes(field));
    if (fields.length > 0) look.run({ purpose, fields });
  }, [isChosen, look, purpose, roster]);
}

function useLeaving(caseId: string): void {
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || document.querySelector("dialog[open]") !== null) return;
      void navigate({ to: "/cases/$caseId", params: { caseId } });
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, caseId]);
}
