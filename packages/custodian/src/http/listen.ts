/**
 * HTTP of the custodian, on the loopback interface: a proxy of the agency's own stands before it.
 *
 * So far it says whether the parts work; everything that shows a person's data comes through `disclosure`.
 */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Databases } from "../db/database.ts";
import { checkHealth } from "./health.ts";
import type { KeeperClient } from "../vault/keeper-client.ts";

export interface Parts {
  readonly databases: Databases;
  readonly keeper: KeeperClient;
}

export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

const host = "127.0.0.1";

/** Listens on `port`, or on a free one when it is 0 or taken. */
export async function listen(parts: Parts, port: number): Promise<Listening> {
  const app = routes(parts);
  return tryListen(app, port).catch((error: unknown) => {
    if (port !== 0 && (error as NodeJS.ErrnoException).code === "EADDRINUSE") return tryListen(app, 0);
    throw error;
  });
}

/** The routes, without a socket. */
export function routes(parts: Parts): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    context.header("Referrer-Policy", "no-referrer");
  });
  app.get("/healthz", async (context) => {
    const health = await checkHealth(parts);
    return context.json(health, health.status === "ok" ? 200 : 503);
  });
  app.notFound((context) => problem(404, "Not found", context.req.method));
  app.onError((_error, context) => problem(500, "The request failed", context.req.method));
  return app;
}

/** RFC 9457. Never the request's own words: they could hold a name. */
function problem(status: number, title: string, method: string): Response {
  return new Response(JSON.stringify({ type: "about:blank", title, status, method }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });
}

function tryListen(app: Hono, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname: host, port }, (info) => {
      const close = (): Promise<void> => new Promise((done) => server.close(() => done()));
      resolve({ url: `http://${host}:${info.port}`, close });
    });
    server.once("error", reject);
  });
}
