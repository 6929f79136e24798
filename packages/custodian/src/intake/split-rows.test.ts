import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowSplitter } from "./split-rows.ts";
import { writeRow } from "./write-row.ts";

const noBadLines = new Map<number, Buffer>();

function split(text: string, delimiter = ",", lineEnd: "\n" | "\r" = "\n") {
  const splitter = new RowSplitter(delimiter, lineEnd);
  const rows = splitter.push(text, noBadLines);
  splitter.end();
  return rows;
}

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "山", '"', ",", "\n", "\r", ";", " ", "\t", "髙"), maxLength: 8 }),
  fc.string({ maxLength: 8 }),
);
const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 });

describe("splitting", () => {
  it("gives back the cells that were written, for every delimiter and line end", () => {
    fc.assert(
      fc.property(
        table,
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom("\n", "\r\n"),
        (rows, delimiter, end) => {
          const text = rows.map((row) => writeRow(row, delimiter) + end).join("");
          expect(split(text, delimiter).map((row) => row.cells)).toEqual(rows);
        },
      ),
    );
  });

  it("gives the same rows and lines wherever the text is cut between lines", () => {
    fc.assert(
      fc.property(table, fc.nat(), (rows, seed) => {
        const text = rows.map((row) => `${writeRow(row, ",")}\n`).join("");
        const ends = [...text.matchAll(/\n/gu)].map((match) => match.index + 1);
        const cut = ends[seed % ends.length] ?? text.length;
        const splitter = new RowSplitter(",", "\n");
        const pieces = [
          ...splitter.push(text.slice(0, cut), noBadLines),
          ...splitter.push(text.slice(cut), noBadLines),
        ];
        splitter.end();
        expect(pieces).toEqual(split(text));
      }),
    );
  });

  it("numbers a row by the physical line on which it begins", () => {
    const rows = split('a,b\r\n"1\r\n2",x\r\n\r\nlast,y');
    expect(rows.map((row) => row.line)).toEqual([1, 2, 4, 5]);
    expect(rows[1]?.cells).toEqual(["1\r\n2", "x"]);
  });

  it("takes a quotation mark inside an unquoted cell as an ordinary character", () => {
    expect(split('5" disk,b\n')[0]?.cells).toEqual(['5" disk', "b"]);
  });

  it("marks a row with text behind a closing quotation mark and goes on", () => {
    const rows = split('"a"b,c\nd,e\n');
    expect(rows[0]?.troubles?.[0]?.code).toBe("stray-quote");
    expect(rows[1]).toMatchObject({ line: 2 });
    expect(rows[1]?.cells).toEqual(["d", "e"]);
  });

  it("reads a file whose lines end in a lone carriage return", () => {
    expect(split('a,b\r"c\rd",e\r', ",", "\r").map(({ line, cells }) => [line, cells])).toEqual([
      [1, ["a", "b"]],
      [2, ["c\rd", "e"]],
    ]);
  });

  it("refuses a file that ends inside quotation marks, naming the line that opened them", () => {
    expect(() => split('a\n"b\nc\n')).toThrow(/line 2/u);
  });

  it("refuses a quotation mark that is never closed without gathering the rest of the file", () => {
    const splitter = new RowSplitter(",", "\n");
    splitter.push('a\n"open\n', noBadLines);
    expect(() => splitter.push("x\n".repeat(200), noBadLines)).toThrow(
      expect.objectContaining({ code: "unclosed-quote" }),
    );
  });
});
