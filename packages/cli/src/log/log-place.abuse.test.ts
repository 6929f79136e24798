import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { type LogPlace, logPlace } from "./log-place.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A log that is served by `listener`. */
async function served(listener: RequestListener): Promise<LogPlace> {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return logPlace(`http://127.0.0.1:${(made.address() as AddressInfo).port}/log`);
}

const unreachable = expect.objectContaining({ code: "log-unreachable" });
const tile = { level: 0, index: 0n, width: 256 } as const;

describe("a malicious tile server", () => {
  it("that answers without end is hung up on", async () => {
    let hangUp: () => void = () => undefined;
    const hungUp = new Promise<void>((resolve) => {
      hangUp = resolve;
    });
    const place = await served((_, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const pour = (): void => {
        while (response.write(chunk));
      };
      response.on("drain", pour).on("close", hangUp);
      pour();
    });
    await expect(place.checkpoint()).rejects.toThrow(unreachable);
    await hungUp;
  });

  it("that packs an endless tile into a small answer does not unpack it in our memory", async () => {
    const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const place = await served((_, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(packed);
    });
    await expect(place.fetchTile(tile)).rejects.toThrow(unreachable);
    await expect(place.fetchTile({ ...tile, level: "entries" })).rejects.toThrow(unreachable);
  });

  it("that breaks off, or answers with what is no status of a tile, is no log that lacks the tile", async () => {
    const place = await served(({ url }, response) => {
      if (url?.includes("/0/000") === true) response.writeHead(503).end();
      else
        response.writeHead(200, { "content-length": "8192" }).end(Buffer.alloc(10), () => response.destroy());
    });
    await expect(place.fetchTile(tile)).rejects.toThrow(unreachable);
    await expect(place.fetchTile({ ...tile, index: 1n })).rejects.toThrow(unreachable);
  });

  it("is believed that a tile is not there by a 404 alone", async () => {
    const place = await served((_, response) => response.writeHead(404).end("none"));
    expect(await place.fetchTile(tile)).toBeUndefined();
  });
});
