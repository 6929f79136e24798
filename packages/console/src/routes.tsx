/**
 * Every screen and its address, on one page. An address names cases and ordinals, never a person: it stays in the
 * browser's history. A screen's code is loaded when it is first shown.
 */
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { CasePage } from "./pages/cases/case.tsx";
import { CasesPage } from "./pages/cases/cases.tsx";
import { PersonPage } from "./pages/person/person.tsx";
import { Shell } from "./shell.tsx";

interface Beginning {
  /** Where this actor's day begins. */
  readonly home: "/cases" | "/extracts";
}

const root = createRootRouteWithContext<Beginning>()({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: ({ context }) => {
    // oxlint-disable-next-line typescript/only-throw-error -- how this router is told to go elsewhere
    throw redirect({ to: context.home });
  },
});
const cases = createRoute({ getParentRoute: () => root, path: "/cases", component: CasesPage });
const oneCase = createRoute({ getParentRoute: () => root, path: "/cases/$caseId", component: CasePage });
const person = createRoute({
  getParentRoute: () => root,
  path: "/cases/$caseId/persons/$ordinal",
  component: PersonPage,
});
const looks = createRoute({
  getParentRoute: () => root,
  path: "/looks",
  component: lazyRouteComponent(() => import("./pages/cases/looks.tsx")),
});
const alarms = createRoute({
  getParentRoute: () => root,
  path: "/alarms",
  component: lazyRouteComponent(() => import("./pages/oversight/alarms.tsx")),
});
const incidents = createRoute({
  getParentRoute: () => root,
  path: "/incidents",
  component: lazyRouteComponent(() => import("./pages/incident/incidents.tsx")),
});
const incident = createRoute({
  getParentRoute: () => root,
  path: "/incidents/$incident",
  component: lazyRouteComponent(() => import("./pages/incident/incident-room.tsx")),
});
const matching = createRoute({
  getParentRoute: () => root,
  path: "/matching",
  component: lazyRouteComponent(() => import("./pages/matching/matching.tsx")),
});
const worklists = createRoute({
  getParentRoute: () => root,
  path: "/worklists",
  component: lazyRouteComponent(() => import("./pages/worklists/worklists.tsx")),
});
const worklist = createRoute({
  getParentRoute: () => root,
  path: "/worklists/$worklist",
  component: lazyRouteComponent(() => import("./pages/worklists/worklist.tsx")),
});
const lot = createRoute({
  getParentRoute: () => root,
  path: "/worklists/$worklist/lots/$lot",
  component: lazyRouteComponent(() => import("./pages/worklists/lot.tsx")),
});
const screens = createRoute({
  getParentRoute: () => root,
  path: "/screens",
  component: lazyRouteComponent(() => import("./pages/screens/screens.tsx")),
});
const extracts = createRoute({
  getParentRoute: () => root,
  path: "/extracts",
  component: lazyRouteComponent(() => import("./pages/oversight/extracts.tsx")),
});
const exposure = createRoute({
  getParentRoute: () => root,
  path: "/exposure",
  component: lazyRouteComponent(() => import("./pages/oversight/exposure.tsx")),
});
const office = createRoute({
  getParentRoute: () => root,
  path: "/office",
  component: lazyRouteComponent(() => import("./pages/oversight/office.tsx")),
});
const roster = createRoute({
  getParentRoute: () => root,
  path: "/roster",
  component: lazyRouteComponent(() => import("./pages/oversight/roster.tsx")),
});
const trust = createRoute({
  getParentRoute: () => root,
  path: "/trust",
  component: lazyRouteComponent(() => import("./pages/oversight/trust.tsx")),
});

const routeTree = root.addChildren([
  home,
  cases,
  oneCase,
  person,
  looks,
  incidents,
  incident,
  matching,
  worklists,
  worklist,
  lot,
  screens,
  extracts,
  exposure,
  alarms,
  office,
  roster,
  trust,
]);

export function makeRouter(home: Beginning["home"]) {
  return createRouter({
    routeTree,
    context: { home },
    // Nothing is fetched before it is asked for: a look that nobody meant would be one all the same.
    defaultPreload: false,
    scrollRestoration: false,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
