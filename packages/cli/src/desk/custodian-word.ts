/**
 * What the custodian that runs beside knows of the journal and its log, asked before a look or a search at the desk.
 *
 * A custodian that met a contradiction (the copy, the published log, a witness that saw another one) gives no looks over HTTP; the
 * desk, which goes to the keeper without it, refuses as it does. One that does not answer is no word for soundness: refused too.
 * INVARIANT: after a breach nobody is shown anything here either (test/abuse/log.test.ts).
 */
import { Breach, Fault } from "@kura/kernel/fault.ts";

/** As long as a command's user waits for a machine under the heaviest load. */
const healthTimeoutMs = 60_000;

/**
 * @param url of the custodian; without one none runs, and what the desk itself compared at sign-in is all there is.
 * @throws {Breach} when it knows of a contradiction. @throws {Fault} `custodian-silent`
 */
export async function mustBeSound(url: string | undefined): Promise<void> {
  if (url === undefined) return;
  const isSound = await askIsSound(url).catch((cause: unknown) => {
    throw new Fault(
      "custodian-silent",
      "the custodian that runs here does not say whether the journal is sound",
      {
        cause,
      },
    );
  });
  if (!isSound)
    throw new Breach("the journal, its copy or its log contradict each other, the custodian says", {});
}

async function askIsSound(url: string): Promise<boolean> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(healthTimeoutMs) });
  return parseIsSound(await response.json());
}

/** Anything but the one word is none. */
function parseIsSound(health: unknown): boolean {
  return typeof health === "object" && health !== null && "journal" in health && health.journal === "ok";
}
