import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Jdk {
	readonly home: string;
	readonly major: number;
}

/** The first JDK of at least that major version: ES_JAVA_HOME, JAVA_HOME, the PATH, then the usual system folders. */
export async function findJdk(majorMin: number): Promise<Jdk | undefined> {
	for (const home of candidates()) {
		const major = await majorOf(home);
		if (major !== undefined && major >= majorMin) return { home, major };
	}
	return undefined;
}

function* candidates(): Generator<string> {
	const { ES_JAVA_HOME, JAVA_HOME, PATH } = process.env;
	if (ES_JAVA_HOME) yield ES_JAVA_HOME;
	if (JAVA_HOME) yield JAVA_HOME;
	for (const folder of (PATH ?? "").split(path.delimiter)) {
		if (path.basename(folder) === "bin") yield path.dirname(folder);
	}
	for (const parent of ["/usr/lib/jvm", "/opt", "/opt/java"]) {
		if (!existsSync(parent)) continue;
		for (const name of readdirSync(parent).sort()) {
			yield path.join(parent, name);
		}
	}
}

/** Undefined where there is no working Java, as behind a PATH entry such as /usr/bin on a machine without one. */
async function majorOf(home: string): Promise<number | undefined> {
	const java = path.join(home, "bin", "java");
	if (!existsSync(java)) return undefined;
	try {
		const { stderr } = await run(java, ["-version"], { timeout: 30_000 });
		const major = /version "(\d+)/.exec(stderr)?.[1];
		return major === undefined ? undefined : Number(major);
	} catch {
		return undefined;
	}
}
