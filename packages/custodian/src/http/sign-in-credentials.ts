/**
 * Which passkeys an actor may sign in with: a browser must name one before it asks the authenticator (WebAuthn Level 3,
 * `allowCredentials`). Ids of credentials are no secret; an unknown name has none, like one without passkeys.
 */
import * as v from "valibot";
import { readRoster } from "../disclosure/roster-view.ts";
import { nothing, publicRoute, type Route } from "./route.ts";
import { name } from "./schemas.ts";

const list = publicRoute(
  {
    method: "post",
    path: "/api/sign-in/credentials",
    name: "listCredentials",
    summary: "The ids of an actor's passkeys, for navigator.credentials.get.",
    params: nothing,
    query: nothing,
    body: v.strictObject({ actor: name }),
    answer: v.strictObject({
      credentials: v.array(v.strictObject({ credential: v.string(), rpId: v.string() })),
    }),
    problems: [],
  },
  async ({ body }, { parts }) => {
    const { credentials } = await readRoster(parts.keeper);
    const own = Object.entries(credentials).filter(
      ([, { kind, actor }]) => kind === "passkey" && actor === body.actor,
    );
    return { credentials: own.map(([credential, { rpId }]) => ({ credential, rpId: String(rpId) })) };
  },
);

export const credentialRoutes: readonly Route[] = [list];
