/**
 * Whoever has a sealed extract's file: copied from a share before, during and after its approval, with the database's part of
 * it, with the key file of its recipient on another workstation, and past its end.
 *
 * INVARIANT of the drill itself: on its own machine the recipient does open an extract of the same persons, or the attack
 * would have shown nothing of the seal.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { type ActorKey, encodeActorKey, workstationOf } from "@kura/keeper/order-session.ts";
import type { Ended } from "../../test/system/kura-folder.ts";
import type { Agency, ExtractActors } from "./agency.ts";
import type { Attack } from "./attack.ts";
import { attackers } from "./attackers.ts";
import { Sample } from "./sample.ts";

type ActorName = "operator" | "approver" | "recipient";

/** @param persons of the agency, all of whom are in the extract. */
export async function attackExtracts(agency: Agency & ExtractActors, persons: number): Promise<Attack> {
  const desk = await ThiefsDesk.open(agency);
  try {
    const stolenAt = "before, during and after its approval";
    const id = await desk.request("printers-own-pc");
    const early = [await desk.tryFile(id, "before"), await desk.tryOpen("before")];
    await desk.must("approver", "extract", "approve", id);
    early.push(await desk.tryFile(id, "during"), await desk.tryOpen("during"));
    await desk.must("approver", "extract", "approve", id, "--yes");
    await desk.seal(id, "stolen");
    const tried = [...early, await desk.tryOpen("stolen")];
    for (const actor of ["operator", "approver"] as const) tried.push(await desk.tryOpen("stolen", actor));
    await desk.must("approver", "extract", "revoke", id);
    tried.push(await desk.tryOpen("stolen"));

    const own = await desk.request(workstationOf(hostname()));
    await desk.must("approver", "extract", "approve", own, "--yes");
    await desk.seal(own, "own");
    const opened = await desk.open("own", "recipient");
    const rows = opened.stdout.match(/(\d+) rows/u)?.[1] ?? "0";
    const { hits, exposed, values } = await desk.scan("stolen");
    const plain = await desk.scan("own.csv");
    return {
      ...attackers.extracts,
      bound: 0,
      exposedPersons: exposed + tried.filter((one) => one === "opened").length * persons,
      tried: `a file of ${persons} persons, taken ${stolenAt}: ${tried.join(", ")}; ${values} values looked for in its bytes`,
      tests: ["keeper/src/operations/extract.abuse.test.ts", "test/flow/extract.test.ts"],
      broken: [
        ...(Number(rows) >= persons
          ? []
          : [`its own recipient was given ${rows} rows of ${persons} persons`]),
        ...(plain.exposed > 0 ? [] : ["the scan does not find what an opened file holds"]),
        ...(hits > 0 ? [`${hits} values stand in the sealed file`] : []),
      ],
    };
  } finally {
    await desk.close();
  }
}

/** Commands as each of the three actors, and a folder for what is stolen. */
class ThiefsDesk {
  readonly #agency: Agency & ExtractActors;
  readonly #path: string;
  readonly #sample: Sample;

  static async open(agency: Agency & ExtractActors): Promise<ThiefsDesk> {
    const path = await mkdtemp(join(tmpdir(), "kura-thief-"));
    await mkdir(join(path, "keys"), { mode: 0o700 });
    const keys: Readonly<Record<ActorName, ActorKey>> = agency;
    for (const actor of ["operator", "approver", "recipient"] as const) {
      await writeFile(join(path, "keys", actor), encodeActorKey(keys[actor]), { mode: 0o400 });
    }
    return new ThiefsDesk(agency, path, new Sample(agency.lines, await readFile(agency.folder.keyFile)));
  }

  private constructor(agency: Agency & ExtractActors, path: string, sample: Sample) {
    this.#agency = agency;
    this.#path = path;
    this.#sample = sample;
  }

  run(actor: ActorName, ...args: readonly string[]): Promise<Ended> {
    return this.#agency.folder.spawn(args, { KURA_ACTOR_KEY: join(this.#path, "keys", actor) }).ended;
  }

  async must(actor: ActorName, ...args: readonly string[]): Promise<Ended> {
    const ended = await this.run(actor, ...args);
    if (ended.code !== 0) throw new Error(`kura ${args.slice(0, 2).join(" ")} was refused: ${ended.stderr}`);
    return ended;
  }

  /** Asks for everybody's names and addresses; the extract's id. */
  async request(workstation: string): Promise<string> {
    const terms = [
      "--purpose",
      "mailing",
      "--columns",
      "name,birthDate,address",
      "--holder",
      "recipient-key",
    ];
    const where = ["--workstation", workstation, "--reason", "a synthetic reason", "--all"];
    const { stdout } = await this.must("operator", "extract", "request", ...terms, ...where);
    return stdout.split(/\s/u)[0] ?? "";
  }

  async seal(id: string, name: string): Promise<void> {
    await this.must("operator", "extract", "seal", id);
    await this.must("operator", "extract", "file", id, "--out", join(this.#path, `${name}.age`));
  }

  /** Has the file made before its time. */
  async tryFile(id: string, name: string): Promise<string> {
    await this.run("operator", "extract", "seal", id);
    const made = await this.run("operator", "extract", "file", id, "--out", join(this.#path, `${name}.age`));
    return made.code === 0 ? "written" : codeIn(made);
  }

  open(name: string, actor: ActorName): Promise<Ended> {
    const out = join(this.#path, `${name}.csv`);
    return this.run(actor, "open", join(this.#path, `${name}.age`), "--out", out);
  }

  /** As whoever stole the file and that actor's key. */
  async tryOpen(name: string, actor: ActorName = "recipient"): Promise<string> {
    return reasonOf(await this.open(name, actor));
  }

  async scan(name: string): Promise<{ hits: number; exposed: number; values: number }> {
    const folder = join(this.#path, `scan-${name}`);
    await mkdir(folder);
    const from = name.endsWith(".csv") ? name : `${name}.age`;
    await copyFile(join(this.#path, from), join(folder, from));
    const { hits } = await this.#sample.scan.findInFolder(folder);
    return { hits: hits.length, exposed: this.#sample.exposed(hits), values: this.#sample.values };
  }

  close(): Promise<void> {
    return rm(this.#path, { recursive: true, force: true });
  }
}

/** `opened`, or the code of the refusal. */
function reasonOf(opening: Ended): string {
  return opening.code === 0 ? "opened" : codeIn(opening);
}

function codeIn({ stderr }: Ended): string {
  return /\[([\w-]+)\]/u.exec(stderr)?.[1] ?? "no file";
}
