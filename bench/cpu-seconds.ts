/**
 * CPU time of this process and of what it started, from /proc (Linux): what a run cost, whoever else loads the machine.
 * Elsewhere every figure is zero, and whoever prints them says nothing.
 */
import { readdirSync, readFileSync } from "node:fs";

/** Seconds used since their start. */
export interface CpuSeconds {
  /** This process: the clients, and on our side the custodian's code. */
  readonly program: number;
  readonly keeper: number;
  readonly postgres: number;
}

/** Kernel ticks of `/proc/PID/stat` in a second, on every Linux of ours (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

export function readCpuSeconds(): CpuSeconds {
  const { user, system } = process.cpuUsage();
  const all = listProcesses();
  const keeper = all.filter(({ command }) => command.includes("keeper/src/main.ts"));
  const postgres = all.filter(({ command }) => /postgres/u.test(command));
  return {
    program: (user + system) / 1e6,
    keeper: total(descendants(all, process.pid).filter((one) => keeper.includes(one))),
    postgres: total(descendants(all, process.pid).filter((one) => postgres.includes(one))),
  };
}

/** Of everything that this process has started, and of nothing that it does itself. */
export function readStartedSeconds(): number {
  return total(descendants(listProcesses(), process.pid));
}

export function differenceOf(after: CpuSeconds, before: CpuSeconds): CpuSeconds {
  return {
    program: after.program - before.program,
    keeper: after.keeper - before.keeper,
    postgres: after.postgres - before.postgres,
  };
}

export function sumOf({ program, keeper, postgres }: CpuSeconds): number {
  return program + keeper + postgres;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly seconds: number;
}

function listProcesses(): Process[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((name) => (/^\d+$/u.test(name) ? findProcess(Number(name)) : []));
}

/** None when it ended meanwhile. */
function findProcess(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; what follows it is numbers (proc_pid_stat(5)).
    const rest = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(rest[at]), 0);
    return [{ pid, parent: Number(rest[1]), command, seconds: ticks / ticksPerSecond }];
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return [];
    throw error;
  }
}

function descendants(all: readonly Process[], ancestor: number): Process[] {
  const children = all.filter(({ parent }) => parent === ancestor);
  return children.flatMap((child) => [child, ...descendants(all, child.pid)]);
}

function total(processes: readonly Process[]): number {
  return processes.reduce((sum, { seconds }) => sum + seconds, 0);
}
