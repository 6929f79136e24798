/**
 * Asks the custodian's API, and takes no answer for granted: every one is parsed by its shape.
 *
 * A refusal is an answer (RFC 9457 problem details), named by the last part of its type. Whatever else goes wrong is a
 * refusal too, `unreachable` or `unreadable`: a screen always has something to say. Nothing asked or answered is kept.
 */
import * as v from "valibot";

export interface Question {
  readonly method?: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

export interface Refused {
  readonly outcome: "refused";
  /** `policy-denied`, `budget-exhausted`, … */
  readonly problem: string;
  /** Ids of policies, the keeper's constant reasons. */
  readonly because: readonly string[];
  readonly status: number;
}

export type Answered<T> = { readonly outcome: "answered"; readonly value: T } | Refused;

export type Ask = <T>(shape: v.GenericSchema<unknown, T>, question: Question) => Promise<Answered<T>>;

export function isRefused(answer: { readonly outcome: string }): answer is Refused {
  return answer.outcome === "refused";
}

export function makeAsk(fetchIt: typeof fetch): Ask {
  return async (shape, { method = "GET", path, body }) => {
    const response = await send(fetchIt, method, path, body);
    if (response === undefined) return refused("unreachable", 0);
    const given: unknown = await response.json().catch(() => undefined);
    if (!response.ok) return problemOf(given, response.status);
    const parsed = v.safeParse(shape, given);
    if (!parsed.success) return refused("unreadable", response.status);
    return { outcome: "answered", value: parsed.output };
  };
}

async function send(
  fetchIt: typeof fetch,
  method: string,
  path: string,
  body: unknown,
): Promise<Response | undefined> {
  const init: RequestInit = { method, credentials: "same-origin", cache: "no-store", redirect: "error" };
  const withBody = {
    ...init,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
  };
  return fetchIt(path, method === "POST" ? withBody : init).catch(() => undefined);
}

const problemShape = v.object({
  type: v.pipe(v.string(), v.startsWith("urn:kura:problem:")),
  because: v.optional(v.array(v.string()), []),
});

function problemOf(given: unknown, status: number): Refused {
  const parsed = v.safeParse(problemShape, given);
  if (!parsed.success) return refused("unreadable", status);
  const { type, because } = parsed.output;
  return refused(type.slice("urn:kura:problem:".length), status, because);
}

function refused(problem: string, status: number, because: readonly string[] = []): Refused {
  return { outcome: "refused", problem, because, status };
}
