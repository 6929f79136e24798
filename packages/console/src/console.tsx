/**
 * The whole console: language, theme, who is signed in, and which screen.
 *
 * Nobody signed in sees the sign-in and nothing else. A session ends for this tab when the user, the keeper or its time
 * ends it; every screen is then gone with what it showed.
 */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { isRefused, makeAsk, type Ask } from "./api/ask.ts";
import { type Demo, demoShape } from "./api/shapes.ts";
import { type Desk, DeskContext, endings } from "./desk.ts";
import type { Credential } from "./door/credentials.ts";
import type { SignedIn } from "./door/sign-in.ts";
import { type Look, LookContext } from "./look.ts";
import { SignInPage } from "./pages/entry/sign-in.tsx";
import { changePrefs, readPrefs } from "./prefs.ts";
import { makeRouter } from "./routes.tsx";
import { useLive } from "./ui/use-live.ts";
import { isHolder } from "./shell.tsx";
import { LanguageContext, type Language, languages } from "./words/words.ts";

const EnrolPage = lazy(() => import("./pages/entry/enrol.tsx"));

interface Entered extends SignedIn {
  readonly credential: Credential;
}

export function Console() {
  const look = useLook();
  const [entered, setEntered] = useState<Entered>();
  const [ended, setEnded] = useState<string>();
  const leave = useCallback((problem?: string) => {
    setEntered(undefined);
    setEnded(problem);
  }, []);
  const ask = useMemo(() => endingAsk(makeAsk(fetch.bind(globalThis)), leave), [leave]);
  const demo = useDemo(ask);
  const isEnrolling = location.pathname === "/enrol";
  return (
    <LookContext value={look}>
      <LanguageContext value={look.language}>
        {isEnrolling && (
          <Suspense>
            <EnrolPage ask={ask} />
          </Suspense>
        )}
        {!isEnrolling && entered === undefined && (
          <SignInPage
            ask={ask}
            demo={demo}
            ended={ended}
            onSignedIn={(signedIn, credential) => {
              setEnded(undefined);
              setEntered({ ...signedIn, credential });
            }}
          />
        )}
        {!isEnrolling && entered !== undefined && (
          <SignedInConsole
            key={entered.me.session}
            entered={entered}
            ask={ask}
            isDemo={demo?.isDemo === true}
            onEnd={leave}
          />
        )}
      </LanguageContext>
    </LookContext>
  );
}

function SignedInConsole({
  entered,
  ask,
  isDemo,
  onEnd,
}: {
  readonly entered: Entered;
  readonly ask: Ask;
  readonly isDemo: boolean;
  readonly onEnd: (problem?: string) => void;
}) {
  const [client] = useState(
    // Lists only, in memory only, and not for long: see `ui/use-answer.ts`.
    () => new QueryClient({ defaultOptions: { queries: { gcTime: 60_000, staleTime: 0, retry: 1 } } }),
  );
  const [router] = useState(() => makeRouter(isHolder(entered.me) ? "/extracts" : "/cases"));
  useLive(client);
  const { me, orders, credential } = entered;
  const desk: Desk = { ask, orders, me, credential, isDemo, end: onEnd };
  useEffect(() => {
    const timer = setTimeout(() => onEnd("session-ended"), Math.max(0, me.expiresMs - Date.now()));
    return () => {
      clearTimeout(timer);
      client.clear();
    };
  }, [me.expiresMs, client, onEnd]);
  return (
    <DeskContext value={desk}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </DeskContext>
  );
}

/** Language and theme, remembered; the document says both. */
function useLook(): Look {
  const [prefs, setPrefs] = useState(() => readPrefs(localStorage));
  const language: Language = prefs.language ?? (navigator.language.startsWith("ja") ? "ja" : "en");
  const theme = prefs.theme ?? "auto";
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset["theme"] = theme;
    document.title = languages[language].title;
  }, [language, theme]);
  return { language, theme, change: (change) => setPrefs(changePrefs(localStorage, change)) };
}

function useDemo(ask: Ask): Demo | undefined {
  const [demo, setDemo] = useState<Demo>();
  useEffect(() => {
    const fetchIt = async (): Promise<void> => {
      const answer = await ask(demoShape, { path: "/api/demo" });
      if (!isRefused(answer)) setDemo(answer.value);
    };
    void fetchIt();
  }, [ask]);
  return demo;
}

/** An answer that says that nobody is signed in any more ends the desk, whichever screen asked. */
function endingAsk(ask: Ask, onEnd: (problem: string) => void): Ask {
  return async (shape, question) => {
    const answer = await ask(shape, question);
    if (isRefused(answer) && endings.includes(answer.problem)) onEnd(answer.problem);
    return answer;
  };
}
