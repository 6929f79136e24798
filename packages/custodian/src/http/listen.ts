/**
 * HTTP of the custodian, on the loopback interface: a proxy of the agency's own stands before it.
 *
 * Everything that shows a person's data comes through `disclosure`, sealed to whoever ordered it.
 */
import { serve } from "@hono/node-server";
import type { Hono } from "hono";
import { codeOf } from "@kura/kernel/fault.ts";

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

const host = "127.0.0.1";

/** Where Kura's pages are when nobody says otherwise: this machine, by its name and by its number. */
export function localOrigins(port: number): readonly [string, string] {
  return [`http://localhost:${port}`, `http://${host}:${port}`];
}

/** Listens on `port`, or on a free one when it is 0 or taken. @param makeApp is told the port that it became. */
export async function listen(makeApp: (port: number) => Hono, port: number): Promise<Listening> {
  return tryListen(makeApp, port).catch((error: unknown) => {
    if (port !== 0 && codeOf(error) === "EADDRINUSE") return tryListen(makeApp, 0);
    throw error;
  });
}

function tryListen(makeApp: (port: number) => Hono, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    let app: Hono | undefined;
    // Nothing is answered before the port is known: the app's own origin depends on it.
    const fetch = (request: Request): Response | Promise<Response> =>
      app?.fetch(request) ?? new Response(null, { status: 503 });
    const server = serve({ fetch, hostname: host, port }, (info) => {
      app = makeApp(info.port);
      const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
      resolve({ url: `http://${host}:${info.port}`, close });
    });
    server.once("error", reject);
  });
}
