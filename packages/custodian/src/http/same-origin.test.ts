import { describe, expect, it } from "vitest";
import { isOwnRequest } from "./same-origin.ts";

const own = "https://kura.example";

function request(method: string, headers: Readonly<Record<string, string>>): Request {
  return new Request(`${own}/api/me`, { method, headers: { Host: "kura.example", ...headers } });
}

describe("a request is Kura's own", () => {
  it.each([
    ["GET", {}],
    ["GET", { "Sec-Fetch-Site": "none" }],
    ["GET", { "Sec-Fetch-Site": "same-origin" }],
    ["POST", { Origin: own }],
    ["POST", { "Sec-Fetch-Site": "same-origin" }],
    ["POST", { Origin: own, "Sec-Fetch-Site": "same-origin" }],
  ])("%s with %j", (method, headers) => {
    expect(isOwnRequest(request(method, headers), [own])).toBe(true);
  });
});

describe("a request is not Kura's own", () => {
  it.each([
    ["POST", {}],
    ["POST", { "Sec-Fetch-Site": "none" }],
    ["POST", { Origin: "null" }],
    ["POST", { Origin: "https://kura.example.evil" }],
    ["POST", { Origin: "http://kura.example" }],
    ["POST", { Origin: own, "Sec-Fetch-Site": "cross-site" }],
    ["POST", { Origin: own, Host: "rebound.evil" }],
    ["GET", { Origin: "https://evil.example" }],
    ["GET", { "Sec-Fetch-Site": "same-site" }],
    ["GET", { Host: "rebound.evil" }],
  ])("%s with %j", (method, headers) => {
    expect(isOwnRequest(request(method, headers), [own])).toBe(false);
  });
});
