/**
 * The routes on Hono, without a socket: what every request passes before its handler, and what every answer carries.
 *
 *   host and origin ─▶ body within its limit, JSON ─▶ session (cookie) ─▶ requests within the budget ─▶ handler
 *
 * No request is logged with its words; a failure is logged by the route's name and a code.
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { Breach, codeOf } from "@kura/kernel/fault.ts";
import { answerRoutes } from "./routes/answer-routes.ts";
import { budgetRoutes } from "./routes/budget-routes.ts";
import { caseRoutes } from "./routes/case-routes.ts";
import { changeRoutes } from "./routes/change-routes.ts";
import { answerFile, type ConsoleFiles } from "./console-files.ts";
import { demoRoutes } from "./routes/demo-routes.ts";
import { doorRoutes } from "./routes/door-routes.ts";
import { eventRoutes } from "./routes/event-routes.ts";
import { extractRoutes } from "./routes/extract-routes.ts";
import { worklistLotRoutes } from "./routes/worklist-lot-routes.ts";
import { worklistRoutes } from "./routes/worklist-routes.ts";
import { exposureRoutes } from "./routes/exposure-routes.ts";
import { checkHealth } from "./health.ts";
import { decisionRoutes } from "./routes/decision-routes.ts";
import { letterRoutes } from "./routes/letter-routes.ts";
import { incidentViewRoutes } from "./routes/incident-view-routes.ts";
import { incidentReportRoutes } from "./routes/incident-report-routes.ts";
import { incidentRoutes } from "./routes/incident-routes.ts";
import { answerLog } from "./routes/log-routes.ts";
import { jobRoutes } from "./routes/job-routes.ts";
import { journalRoutes } from "./routes/journal-routes.ts";
import { httpLimits } from "./limits.ts";
import { topicOfRequest } from "./live-topics.ts";
import { cookieName, openApiPage } from "./openapi.ts";
import { matchingRoutes } from "./routes/matching-routes.ts";
import { premiumRoutes } from "./routes/premium-routes.ts";
import { type Problem, problem, problemResponse } from "./problem.ts";
import { RequestBudget } from "./request-budget.ts";
import { rosterRoutes } from "./routes/roster-routes.ts";
import type { ApiParts, Call, RawInput, Route } from "./route.ts";
import { isOwnRequest } from "./same-origin.ts";
import { credentialRoutes } from "./sign-in-credentials.ts";
import { screenRoutes } from "./routes/screen-routes.ts";
import { signInRoutes } from "./routes/sign-in-routes.ts";
import { trustRoutes } from "./routes/trust-routes.ts";
import { waitingRoutes } from "./routes/waiting-routes.ts";
import { workRoutes } from "./routes/work-routes.ts";

/** Every route of the API. */
export const apiRoutes: readonly Route[] = [
  ...signInRoutes,
  ...credentialRoutes,
  ...demoRoutes,
  ...caseRoutes,
  ...changeRoutes,
  ...doorRoutes,
  ...extractRoutes,
  ...screenRoutes,
  ...jobRoutes,
  ...workRoutes,
  ...waitingRoutes,
  ...worklistRoutes,
  ...worklistLotRoutes,
  ...journalRoutes,
  ...rosterRoutes,
  ...budgetRoutes,
  ...premiumRoutes,
  ...matchingRoutes,
  ...trustRoutes,
  ...incidentRoutes,
  ...decisionRoutes,
  ...incidentReportRoutes,
  ...incidentViewRoutes,
  ...answerRoutes,
  ...letterRoutes,
  ...exposureRoutes,
  ...eventRoutes,
];

/** One line of the log: the name of a route and a code, never more. */
export type LogFailure = (route: string, code: string) => void;

/** @param files of the console; none where it is not built or not wanted. */
export function makeApp(parts: ApiParts, logFailure: LogFailure, files?: ConsoleFiles): Hono {
  const app = new Hono();
  const budgets = {
    session: new RequestBudget(httpLimits.sessionRequestsPerMinute, parts.now),
    public: new RequestBudget(httpLimits.publicRequestsPerMinute, parts.now),
  };
  app.use(async (context, next) => {
    await next();
    // What is published for everybody, and the console's files, say themselves how long they may be kept.
    const own = context.req.path.startsWith("/log/") && context.res.ok ? logHeaders : [];
    for (const [name, value] of answerHeaders) {
      if (!own.includes(name) && !context.res.headers.has(name)) context.header(name, value);
    }
  });
  app.get("/healthz", async (context) => {
    const health = await checkHealth(parts);
    return context.json(health, health.status === "ok" ? 200 : 503);
  });
  app.get("/openapi.json", (context) => context.json(openApiPage(apiRoutes)));
  app.get("/log/*", (context) => answerLog(context, parts.log));
  app.use("/api/*", async (context, next) => {
    if (!isOwnRequest(context.req.raw, parts.origins)) return problemResponse(problem("other-origin"));
    return next();
  });
  const tooLarge = (): Response => problemResponse(problem("too-large"));
  app.use("/api/*", bodyLimit({ maxSize: httpLimits.bodyBytes, onError: tooLarge }));
  for (const route of apiRoutes) {
    app.on(route.method.toUpperCase(), route.path.replaceAll(/\{(\w+)\}/gu, ":$1"), (context) =>
      answer(context, route, parts, budgets, logFailure),
    );
  }
  app.notFound((context) => {
    const { method, path } = context.req;
    const isAsset = (method === "GET" || method === "HEAD") && !path.startsWith("/api/");
    const file = isAsset ? files?.find(path) : undefined;
    if (file === undefined) return problemResponse(problem("not-found"));
    return answerFile(file, context.req.header("Accept-Encoding") ?? "");
  });
  app.onError((error) => {
    logFailure("http", codeOf(error) ?? "failed");
    return problemResponse(problem("request-failed"));
  });
  return app;
}

/** Nothing is kept by a browser or a proxy, framed, sniffed, or loaded from elsewhere. */
const answerHeaders: readonly (readonly [string, string])[] = [
  ["Cache-Control", "no-store"],
  [
    "Content-Security-Policy",
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  ],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Permissions-Policy", "publickey-credentials-get=(self), publickey-credentials-create=(self)"],
  ["Referrer-Policy", "no-referrer"],
  ["Strict-Transport-Security", "max-age=63072000; includeSubDomains"],
  ["X-Content-Type-Options", "nosniff"],
  ["X-Frame-Options", "DENY"],
];

const logHeaders: readonly string[] = ["Cache-Control", "Cross-Origin-Resource-Policy"];

interface Budgets {
  readonly session: RequestBudget;
  readonly public: RequestBudget;
}

async function answer(
  context: Context,
  route: Route,
  parts: ApiParts,
  budgets: Budgets,
  logFailure: LogFailure,
): Promise<Response> {
  const session = parts.sessions.find(getCookie(context, cookieName));
  const isWithin = session === undefined ? budgets.public.take("") : budgets.session.take(session.session);
  if (!isWithin) return problemResponse(problem("too-many-requests"));
  const raw = await readInput(context);
  if ("problem" in raw) return problemResponse(raw);
  try {
    const answered = await route.run(raw, callOf(context, parts), session);
    const topic = topicOfRequest(route.method, route.path, isProblem(answered));
    if (topic !== undefined) parts.live.publish(topic);
    if (answered instanceof Response) return withCookies(context, answered);
    return isProblem(answered) ? withCookies(context, problemResponse(answered)) : context.json(answered);
  } catch (thrown) {
    const code = thrown instanceof Breach ? "breach" : (codeOf(thrown) ?? "failed");
    logFailure(route.name, code);
    if (thrown instanceof Breach) return problemResponse(problem("journal-breach"));
    const isAway = code === "keeper-unreachable" || code === "database-unreachable";
    return problemResponse(problem(isAway ? "unavailable" : "request-failed"));
  }
}

async function readInput(context: Context): Promise<RawInput | Problem> {
  const { params, query } = { params: context.req.param(), query: context.req.query() };
  if (context.req.method === "GET") return { params, query, body: {} };
  const type = context.req.header("Content-Type") ?? "";
  if (!/^application\/json(?:;|$)/iu.test(type)) return problem("not-json");
  try {
    return { params, query, body: await context.req.json<unknown>() };
  } catch (error) {
    if (error instanceof SyntaxError) return problem("malformed-request");
    throw error;
  }
}

function callOf(context: Context, parts: ApiParts): Call {
  const shared = { path: "/", secure: true, httpOnly: true, sameSite: "Strict" } as const;
  return {
    parts,
    lastEventId: context.req.header("Last-Event-ID"),
    setCookie: (token, expiresMs) => {
      setCookie(context, cookieName, token, { ...shared, expires: new Date(expiresMs) });
    },
    clearCookie: () => {
      deleteCookie(context, cookieName, shared);
    },
  };
}

/** A response of our own has none of the cookies that were set on the way. */
function withCookies(context: Context, response: Response): Response {
  for (const cookie of context.res.headers.getSetCookie()) response.headers.append("Set-Cookie", cookie);
  return response;
}

function isProblem(answered: unknown): answered is Problem {
  return typeof answered === "object" && answered !== null && "problem" in answered;
}
