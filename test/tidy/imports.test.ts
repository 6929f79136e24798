/**
 * Who may import whom. The arrows of ARCHITECTURE.md as a table: any import that is not in it fails here.
 */
import { describe, expect, test } from "vitest";
import { folderOf, importsOf, listProductFiles, packageOf } from "./source-tree.ts";
import type { Import } from "./source-tree.ts";

/** Packages and what of ours they may import. */
const packageArrows: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  tlog: ["kernel"],
  receipt: ["kernel", "tlog"],
  keeper: ["kernel", "tlog"],
  linkage: [],
  // Of the keeper only the protocol, and only where `keeperDoors` says.
  custodian: ["kernel", "tlog", "receipt", "linkage", "keeper"],
  cli: ["kernel", "tlog", "receipt", "keeper", "custodian", "linkage"],
  // Runs in a browser: only what `consoleFaces` names of the other two.
  console: ["kernel", "tlog", "keeper", "custodian"],
};

/** Folders of the custodian and what of it they may import; "" is `main.ts`. */
const custodianArrows: Readonly<Record<string, readonly string[]>> = {
  db: [],
  intake: ["premiums", "register"],
  vault: ["intake"],
  register: ["db", "intake", "jobs", "vault"],
  premiums: ["db", "intake", "jobs", "register", "vault"],
  jobs: ["db", "incident", "intake", "premiums", "register", "vault"],
  audit: ["db", "disclosure", "jobs", "premiums", "register", "vault"],
  disclosure: ["cases", "db", "register", "vault"],
  cases: ["db"],
  changes: ["db", "intake", "jobs", "register", "vault"],
  extracts: ["db", "disclosure", "queue", "register", "vault"],
  screens: ["db", "extracts", "queue", "vault"],
  queue: ["db"],
  worklists: ["cases", "db", "extracts", "vault"],
  works: ["db", "extracts", "jobs", "matching", "queue", "screens"],
  matching: ["db", "premiums", "register", "vault"],
  incident: ["db", "jobs", "register", "vault"],
  notification: ["db", "extracts", "incident", "register", "worklists"],
  log: ["vault"],
  receipts: ["db", "disclosure", "log", "premiums", "register"],
  http: [
    "queue",
    "changes",
    "extracts",
    "screens",
    "incident",
    "notification",
    "worklists",
    "works",
    "db",
    "disclosure",
    "matching",
    "cases",
    "log",
    "vault",
    "register",
    "premiums",
  ],
  "": [
    "db",
    "disclosure",
    "extracts",
    "http",
    "log",
    "matching",
    "queue",
    "screens",
    "vault",
    "incident",
    "premiums",
  ],
};

/** What intake may know of the domain: its vocabulary, not its rules or stores. */
const intakeMayImport = [
  "packages/custodian/src/premiums/entry.ts",
  "packages/custodian/src/register/field.ts",
  "packages/custodian/src/register/pension-number.ts",
];

/** Run-time packages that are not ours, by package of ours; `node:` is free to all but `kernel`, `tlog`, `receipt`. */
const foreignImports: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  tlog: [],
  receipt: [],
  keeper: [],
};

/** What of the keeper others may see: the words on its socket and the texts that are signed. No key code. */
const keeperFaces = /^packages\/keeper\/src\/(?:protocol\/[\w-]+|client-side|order-session)\.ts$/u;

/**
 * What the console takes from others into the browser: texts that are signed and their codecs; normal forms, so that a
 * search asks for the very term that was indexed; the rules of premiums, so that a statement is made where it is shown.
 * All of it pure; none knows a database, a socket or a key.
 */
const consoleFaces = [
  /^packages\/keeper\/src\/(?:client-side|protocol\/(?:protocol|extracts|orders|parts|screens|sign-in))\.ts$/u,
  /^packages\/custodian\/src\/vault\/terms\.ts$/u,
  /^packages\/custodian\/src\/register\/(?:field|pension-number)\.ts$/u,
  /^packages\/custodian\/src\/intake\/(?:cell|text-cell|date-cell)\.ts$/u,
  /^packages\/custodian\/src\/worklists\/worklist\.ts$/u,
  /^packages\/custodian\/src\/changes\/changeable\.ts$/u,
  /^packages\/custodian\/src\/premiums\/(?:entry|month-status|statement|basic-pension|rates)\.ts$/u,
];

const imports = listProductFiles().flatMap(importsOf);
const ours = imports.filter(({ to }) => packageOf(to) !== undefined);
const foreign = imports.filter(({ to }) => packageOf(to) === undefined);

describe("imports between packages", () => {
  test("every import of ours follows an arrow between packages", () => {
    expect(ours.filter((arrow) => !isAllowed(arrow)).map(show)).toEqual([]);
  });

  test("no file leads back to itself, not even by a type", () => {
    expect(findCircle(ours)).toEqual([]);
  });

  test("nobody but the custodian's vault and the command line reaches into the keeper", () => {
    const doors = ours.filter(({ from, to }) => packageOf(to) === "keeper" && packageOf(from) !== "keeper");
    const wrong = doors.filter(({ from, to }) => {
      if (packageOf(from) === "cli") return false;
      return !keeperFaces.test(to);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test("the console takes only what is pure from the keeper and the custodian", () => {
    const wrong = ours.filter(
      ({ from, to }) =>
        packageOf(from) === "console" &&
        ["keeper", "custodian"].includes(packageOf(to) ?? "") &&
        !consoleFaces.some((face) => face.test(to)),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test("the console needs nothing of Node", () => {
    const wrong = foreign.filter(({ from, to }) => packageOf(from) === "console" && to.startsWith("node:"));
    expect(wrong.map(show)).toEqual([]);
  });

  test("only the vault, disclosure and those who seal use the keeper's client", () => {
    const users = new Set(
      ours
        .filter(({ to }) => to === "packages/custodian/src/vault/keeper-client.ts")
        .map(({ from }) => `${packageOf(from)}/${folderOf(from)}`),
    );
    const allowed = [
      "custodian/",
      "custodian/vault",
      "custodian/audit",
      "custodian/disclosure",
      "custodian/extracts",
      "custodian/http",
      // Relays what actors stand for, and asks for nothing that opens.
      "custodian/incident",
      "custodian/jobs",
      "custodian/log",
    ];
    allowed.push(
      "custodian/screens",
      "custodian/matching",
      "custodian/premiums",
      "custodian/register",
      "cli/commands",
      "cli/desk",
      "cli/instance",
    );
    expect([...users].filter((user) => !allowed.includes(user))).toEqual([]);
  });

  test("only disclosure asks the keeper to open", () => {
    const asks = /^import \{[^}]*\bask(?:Open|Search|Reveal|Receipt)\b|\bkeeper\.open\(/mu;
    const callers = listProductFiles()
      .filter(({ path, text }) => packageOf(path) === "custodian" && asks.test(text))
      .map(({ path }) => folderOf(path));
    expect([...new Set(callers)]).toEqual(["disclosure"]);
  });

  test("only extracts asks the keeper for extracts: masked samples, parts and releases", () => {
    const asks = /^import \{[^}]*\bask(?:Extract|Preview|Approve|SealPart|Release|EndExtract)\b/mu;
    const callers = listProductFiles()
      .filter(({ path, text }) => packageOf(path) === "custodian" && asks.test(text))
      .map(({ path }) => folderOf(path));
    expect([...new Set(callers)]).toEqual(["extracts"]);
  });

  test("only screens asks the keeper to compare persons with a criterion", () => {
    const asks = /^import \{[^}]*\bask(?:Screen|Agree|ScreenPart)\b/mu;
    const callers = listProductFiles()
      .filter(({ path, text }) => packageOf(path) === "custodian" && asks.test(text))
      .map(({ path }) => folderOf(path));
    expect([...new Set(callers)]).toEqual(["screens"]);
  });

  test("only matching posts out of suspense: there an owner has confirmed it", () => {
    const callers = listProductFiles()
      .filter(
        ({ path, text }) => /\bpostFromSuspense\b/u.test(text) && !path.endsWith("/post-from-suspense.ts"),
      )
      .map(({ path }) => path);
    expect(callers).toEqual(["packages/custodian/src/matching/decide/posting.ts"]);
  });

  test("kernel, tlog, receipt and keeper need nothing that is not Node's or ours", () => {
    const wrong = foreign.filter(({ from, to }) => {
      const allowed = foreignImports[packageOf(from) ?? ""];
      return allowed !== undefined && !to.startsWith("node:") && !allowed.includes(to);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test("kernel, tlog and receipt run in browsers: they import nothing of Node", () => {
    const wrong = foreign.filter(
      ({ from, to }) =>
        ["kernel", "tlog", "receipt"].includes(packageOf(from) ?? "") && to.startsWith("node:"),
    );
    expect(wrong.map(show)).toEqual([]);
  });
});

describe("imports inside the custodian", () => {
  const inside = ours.filter(
    ({ from, to }) => packageOf(from) === "custodian" && packageOf(to) === "custodian",
  );

  test("every folder stands in the table", () => {
    const folders = new Set(
      listProductFiles()
        .filter(isCustodian)
        .map(({ path }) => folderOf(path)),
    );
    expect([...folders].filter((folder) => custodianArrows[folder] === undefined)).toEqual([]);
  });

  test("every import follows an arrow between folders", () => {
    const wrong = inside.filter(({ from, to }) => {
      const [here, there] = [folderOf(from), folderOf(to)];
      return here !== there && !(custodianArrows[here] ?? []).includes(there);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test("intake knows words of the domain, not its rules", () => {
    const wrong = inside.filter(
      ({ from, to }) =>
        folderOf(from) === "intake" && folderOf(to) !== "intake" && !intakeMayImport.includes(to),
    );
    expect(wrong.map(show)).toEqual([]);
  });
});

function isCustodian({ path }: { path: string }): boolean {
  return packageOf(path) === "custodian";
}

function isAllowed({ from, to }: Import): boolean {
  const [here, there] = [packageOf(from) ?? "", packageOf(to) ?? ""];
  return here === there || (packageArrows[here] ?? []).includes(there);
}

function show({ from, to }: Import): string {
  return `${from} → ${to}`;
}

/** The files of one circle in the order of their imports; empty where there is none. */
function findCircle(arrows: readonly Import[]): readonly string[] {
  const next = Map.groupBy(arrows, ({ from }) => from);
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): readonly string[] => {
    if (path.includes(file)) return path.slice(path.indexOf(file));
    if (done.has(file)) return [];
    path.push(file);
    for (const { to } of next.get(file) ?? []) {
      const circle = walk(to);
      if (circle.length > 0) return circle;
    }
    path.pop();
    done.add(file);
    return [];
  };
  for (const file of next.keys()) {
    const circle = walk(file);
    if (circle.length > 0) return circle;
  }
  return [];
}
