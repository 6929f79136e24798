/** What stands around every screen: where one can go, who sits here, and what is left of the budget. */
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { anyShape, type Me } from "./api/shapes.ts";
import { useDesk } from "./desk.ts";
import { BudgetLine } from "./ui/budget-line.tsx";
import { Badge, Button } from "./ui/controls.tsx";
import { Mark } from "./ui/mark.tsx";
import { Preferences } from "./ui/preferences.tsx";
import { ShortcutList } from "./ui/shortcut-list.tsx";
import { useAction } from "./ui/use-action.ts";
import { hourText, useLanguage, useWords } from "./words/words.ts";

export function Shell() {
  const words = useWords();
  const { isDemo, me } = useDesk();
  const [areShortcutsShown, showShortcuts] = useState(false);
  useShortcuts(() => showShortcuts(true));
  useFreshFocus();
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <header className="top">
        <Link to="/cases" className="brand">
          <Mark />
          <span>Kura</span>
          <span lang="ja" className="brand-kanji">
            蔵
          </span>
        </Link>
        {isDemo && <Badge tone="warning">{words.demo.badge}</Badge>}
        {!isHolder(me) && <BudgetLine />}
        <Preferences />
        <Who />
      </header>
      {isDemo && <p className="demo-banner">{words.demo.banner}</p>}
      <Navigation onShortcuts={() => showShortcuts(true)} />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      {areShortcutsShown && <ShortcutList onClose={() => showShortcuts(false)} />}
    </div>
  );
}

const staff = [
  ["/cases", "cases"],
  ["/looks", "looks"],
] as const;
const officers = [
  ["/alarms", "alarms"],
  ["/roster", "roster"],
] as const;
const incidents = [["/incidents", "incidents"]] as const;
const worklists = [["/worklists", "worklists"]] as const;
const selecting = [["/screens", "screens"]] as const;
const matching = [["/matching", "matching"]] as const;
const bulk = [["/extracts", "extracts"]] as const;
const exposure = [["/exposure", "exposure"]] as const;
const office = [["/office", "office"]] as const;
const last = [["/trust", "trust"]] as const;

/** Somebody outside, for whom extracts are made: has no business with the agency's work (`custodian/src/http/route.ts`). */
export function isHolder({ isOfficer, purposes }: Me): boolean {
  return !isOfficer && purposes.every((purpose) => purpose === "extract-receipt");
}

/** In which the persons of some kind of list are looked at (`custodian/src/worklists/worklist.ts`). */
const worklistPurposes = ["address-change", "record-matching", "contribution-inquiry", "incident-response"];

/** Whose purposes may ask for a screen, or agree to one (`custodian/src/http/rights.ts`). */
function selects({ purposes }: Me): boolean {
  const ones = ["contribution-inquiry", "address-change", "record-matching", "mailing", "bulk-matching"];
  return [...ones, "extract-approval"].some((one) => purposes.includes(one));
}

/** Officers oversee them; others ask for, approve or receive them by a purpose. The API answers everybody. */
function handlesExtracts({ isOfficer, purposes }: Me): boolean {
  const serving = ["extract-approval", "extract-receipt", "mailing", "bulk-matching"];
  return isOfficer || purposes.some((purpose) => serving.includes(purpose));
}

/** As `custodian/src/http/routes/exposure-routes.ts` answers it. */
function watchesExposure({ isOfficer, purposes }: Me): boolean {
  return isOfficer || ["incident-response", "extract-approval"].some((one) => purposes.includes(one));
}

/** For whom something may wait, or who may begin long work (`custodian/src/http/routes/waiting-routes.ts`, `work-routes.ts`). */
function worksTogether({ isOfficer, purposes }: Me): boolean {
  const ones = ["incident-response", "extract-approval", "mailing", "bulk-matching", "ingest"];
  return isOfficer || ones.some((one) => purposes.includes(one));
}

function Navigation({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const words = useWords();
  const { me } = useDesk();
  const screens = [
    ...(isHolder(me) ? [] : staff),
    ...(worklistPurposes.some((purpose) => me.purposes.includes(purpose)) ? worklists : []),
    ...(selects(me) ? selecting : []),
    ...(me.purposes.includes("record-matching") ? matching : []),
    ...(handlesExtracts(me) ? bulk : []),
    ...(worksTogether(me) ? office : []),
    ...(watchesExposure(me) ? exposure : []),
    ...(me.isOfficer || me.purposes.includes("incident-response") ? incidents : []),
    ...(me.isOfficer ? officers : []),
    ...last,
  ];
  return (
    <nav className="side" aria-label={words.shell.navigation}>
      <ul>
        {screens.map(([to, key]) => (
          <li key={to}>
            <Link to={to} activeProps={{ "aria-current": "page" }}>
              {words.shell[key]}
            </Link>
          </li>
        ))}
      </ul>
      <button type="button" className="side-help" onClick={onShortcuts}>
        {words.shell.shortcuts} <kbd>?</kbd>
      </button>
    </nav>
  );
}

function Who() {
  const words = useWords();
  const language = useLanguage();
  const { me, ask, orders, end } = useDesk();
  const leave = useAction(async () => {
    const content = { kind: "sign-out", purpose: "", case: "", caseKind: "" } as const;
    // Whatever the server says, this tab is signed out.
    await orders
      .perform(
        () => content,
        (order) => ask(anyShape, { method: "POST", path: "/api/sign-out", body: order }),
      )
      .finally(() => end());
  });
  const until = hourText(language, me.expiresMs);
  return (
    <div className="who">
      <div>
        <strong>{me.actor}</strong>
        <span className="hint">
          {me.office} · {words.shell.expires(until)}
        </span>
      </div>
      <Button look="quiet" onClick={leave.run} disabled={leave.isRunning}>
        {words.shell.signOut}
      </Button>
    </div>
  );
}

/** `/` search, `g c` cases, `g l` looks, `?` the list; never while something is typed. */
function useShortcuts(showList: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    let isGoing = false;
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && target.matches("input, select, textarea");
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isGoing && event.key === "c") void navigate({ to: "/cases" });
      if (isGoing && event.key === "l") void navigate({ to: "/looks" });
      isGoing = event.key === "g";
      if (event.key === "?") showList();
      if (event.key === "/") {
        event.preventDefault();
        document.querySelector<HTMLElement>("[data-search]")?.focus();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, showList]);
}

/** A new screen begins at its heading, for the eye and for a screen reader. */
function useFreshFocus(): void {
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  useEffect(() => {
    if (pathname === undefined) return;
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [pathname]);
}
