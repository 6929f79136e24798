/** Numbers as they are typed: whole and within bounds, or the command ends before it begins, with what was expected. */
import { InvalidArgumentError } from "commander";

const most = Number.MAX_SAFE_INTEGER;

/** A parser for commander's options and arguments, which names the option itself. */
export function wholeNumber(from: number, to: number = most): (text: string) => number {
  const expected = to === most ? `a whole number, ${from} or more.` : `a whole number, ${from} to ${to}.`;
  return (text) => {
    const number = /^\d{1,16}$/u.test(text) ? Number(text) : most + 1;
    if (number < from || number > to) throw new InvalidArgumentError(expected);
    return number;
  };
}
