/** `/log/…`: the published transparency log, for anybody and from anywhere. No session, no cookie, nothing about a person. */
import type { Context } from "hono";
import type { LogFolder } from "../../log/log-folder.ts";
import { findServed } from "../../log/serve-log.ts";
import { problem, problemResponse } from "../problem.ts";

export async function answerLog(context: Context, log: LogFolder): Promise<Response> {
  const served = await findServed(log, context.req.path.slice("/log/".length));
  if (served === undefined) return problemResponse(problem("not-found"));
  const headers = {
    "Content-Type": served.contentType,
    "Cache-Control": served.cacheControl,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  };
  return new Response(Uint8Array.from(served.body), { headers });
}
