/** A witness over HTTP (c2sp.org/tlog-witness), within bounds of time and bytes. */
import { Fault } from "@kura/kernel/fault.ts";
import { witnessResponseBytesMax } from "@kura/tlog/limits.ts";
import type { WitnessLine } from "./cosign-log.ts";
import { logLimits } from "./limits.ts";

/** @param url the submission prefix; what it cosigned is looked for below the same. */
export function witnessLine(url: string): WitnessLine {
  const prefix = url.replace(/\/$/, "");
  return {
    post: async (body) => {
      const response = await send(`${prefix}/add-checkpoint`, { method: "POST", body });
      return {
        status: response.status,
        contentType: response.headers.get("content-type") ?? undefined,
        body: await bytesOf(response, witnessResponseBytesMax),
      };
    },
    findCheckpoint: async (hash) => {
      const response = await send(`${prefix}/${hash}/checkpoint`, {});
      const body = await bytesOf(response, logLimits.noteBytes);
      return response.status === 200 ? body.toString("utf8") : undefined;
    },
  };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(logLimits.witnessTimeoutMs);
    return await fetch(url, { ...init, signal, redirect: "error" });
  } catch (cause) {
    throw new Fault("witness-unreachable", "a witness does not answer", { cause });
  }
}

async function bytesOf(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      if (length > maxBytes) throw new Fault("witness-unreachable", "a witness answers without end");
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault("witness-unreachable", "a witness stopped answering", { cause });
  }
  return Buffer.concat(chunks);
}
