import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second whatever the kernel's own clock is. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process, with all its threads, has used; null where the machine does not tell. */
export function cpuSeconds(pid: number): number | null {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// The second field is the program's name in parentheses, which may itself hold blanks.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
	} catch {
		return null;
	}
}

/** Memory of a process that is in use and in RAM, in megabytes (2^20 bytes); null where the machine does not tell. */
export function residentMegabytes(pid: number): number | null {
	try {
		const status = readFileSync(`/proc/${pid}/status`, "utf8");
		const kilobytes = /^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1];
		return kilobytes === undefined ? null : Number(kilobytes) / 1024;
	} catch {
		return null;
	}
}
