/** `kura case open | add | close | list`: the pieces of work that explain looks. */
import type { Command } from "commander";
import { Fault } from "@kura/kernel/fault.ts";
import { type Case, caseKinds, parseCaseKind } from "@kura/custodian/cases/case.ts";
import { addPersons, closeCase, listCases, openCase } from "@kura/custodian/cases/cases.ts";
import { casePartsOf, mustBeDone } from "../desk/cases.ts";
import { atDesk, type Desk } from "../desk/desk.ts";
import { withInstance } from "./connected.ts";

interface Options {
  readonly kind: string;
  readonly reason: string;
  readonly person?: readonly string[];
  readonly all?: boolean;
}

export function addCaseCommand(program: Command): void {
  const command = program.command("case").description("the pieces of work that explain looks");
  const reason = ["--reason <text>", "why, in a sentence without anybody's name or number"] as const;
  command
    .command("open")
    .description("open a case; its id is printed")
    .requiredOption("--kind <kind>", caseKinds.join(", "))
    .requiredOption(...reason)
    .option("--person <key...>", "keys of persons whom it is about, where they are known")
    .action(runOpen);
  command
    .command("add <case> <person...>")
    .description("from now on the case is about these persons too")
    .requiredOption(...reason)
    .action(async (caseId: string, persons: string[], options: Options) =>
      print(
        await change((desk) =>
          addPersons(casePartsOf(desk.door), caseId, desk.asker, persons, options.reason),
        ),
      ),
    );
  command
    .command("close <case>")
    .description("close a case for good")
    .requiredOption(...reason)
    .action(async (caseId: string, options: Options) =>
      print(await change((desk) => closeCase(casePartsOf(desk.door), caseId, desk.asker, options.reason))),
    );
  command
    .command("list")
    .description("open cases, newest first")
    .option("--all", "closed ones too")
    .action(runList);
}

async function runOpen({ kind: text, reason, person = [] }: Options): Promise<void> {
  const kind = parseCaseKind(text);
  if (kind === undefined) throw new Fault("bad-case-kind", `a case is one of: ${caseKinds.join(", ")}`);
  print(
    await change((desk) =>
      openCase(casePartsOf(desk.door), { by: desk.asker, kind, reason, persons: person }),
    ),
  );
}

async function change(work: (desk: Desk) => ReturnType<typeof openCase>): Promise<Case> {
  return atDesk(async (desk) => mustBeDone(await work(desk)));
}

async function runList({ all }: Options): Promise<void> {
  const cases = await withInstance("kura_custodian", ({ databases }) =>
    listCases(databases.register, all === true ? {} : { isOpen: true }),
  );
  for (const found of cases) print(found);
}

function print({ caseId, kind, isOpen, persons, openedBy, openedAt, reason }: Case): void {
  const state = isOpen ? "open" : "closed";
  const head = `${caseId}  ${kind}  ${state}  ${persons.length} persons  ${openedBy}  ${openedAt.toISOString()}`;
  process.stdout.write(`${head}\n  ${reason}\n${persons.map((person) => `  ${person}\n`).join("")}`);
}
