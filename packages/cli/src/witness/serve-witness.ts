/**
 * A witness over HTTP (c2sp.org/tlog-witness), on the loopback interface: a proxy with TLS stands before it.
 *
 *     POST /add-checkpoint               cosigns what is a continuation of what it cosigned last
 *     GET  /<sha256 of origin>/checkpoint  what it cosigned last
 *
 * It knows no agency and no person: it sees checkpoints of the logs in its policy, and nothing else.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { addCheckpointBytesMax } from "@kura/tlog/limits.ts";
import {
  addCheckpoint,
  getCheckpoint,
  type Witness,
  type WitnessResponse,
} from "@kura/tlog/witness-server.ts";

export interface ServedWitness {
  readonly url: string;
  close(): Promise<void>;
}

const requestTimeoutMs = 10_000;
const host = "127.0.0.1";

/** @param onFailure told of what nobody asked for: a full disk, a defect. */
export function serveWitness(
  witness: Witness,
  port: number,
  onFailure: (thrown: unknown) => void,
): Promise<ServedWitness> {
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    answer(witness, request)
      .catch((thrown: unknown) => {
        onFailure(thrown);
        return { status: 500, headers: {}, body: "failed\n" };
      })
      .then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
      .catch(onFailure);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : port;
      resolve({ url: `http://${host}:${bound}`, close: () => closeServer(server) });
    });
  });
}

async function answer(witness: Witness, request: IncomingMessage): Promise<WitnessResponse> {
  const path = request.url ?? "";
  if (request.method === "POST" && path === "/add-checkpoint") {
    const body = await readBody(request);
    return body === undefined ? plain(413, "too long") : addCheckpoint(body, witness);
  }
  const hash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1];
  if (request.method !== "GET" || hash === undefined) return plain(404, "not here");
  return getCheckpoint(hash, witness.store);
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > addCheckpointBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function plain(status: number, why: string): WitnessResponse {
  return { status, headers: { "content-type": "text/plain; charset=utf-8" }, body: `${why}\n` };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
