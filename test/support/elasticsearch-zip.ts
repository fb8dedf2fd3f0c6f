import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { promisify } from "node:util";

/**
 * The official minimal Elasticsearch distribution from Maven Central, kept outside the clone: downloaded once,
 * checked against the checksum below, unpacked once.
 */
const SHA256 = {
	"9.5.3": "bec49f3b8d00e75c8d1cec85c35298635ec9fbd3ae80ef5aeb6bc05abdb3db2d",
	"8.19.21": "215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a",
} as const;
const MAVEN_URL = "https://repo1.maven.org/maven2";
const GROUP = "org.elasticsearch.distribution.integ-test-zip";
const DOWNLOAD_TIMEOUT_MS = 900_000;

export type ElasticsearchVersion = keyof typeof SHA256;

const run = promisify(execFile);

export function isElasticsearchVersion(
	version: string,
): version is ElasticsearchVersion {
	return Object.hasOwn(SHA256, version);
}

/** The folder of the unpacked distribution. PORTICO_CACHE moves the cache, PORTICO_MAVEN_URL names a mirror. */
export async function installElasticsearch(
	version: ElasticsearchVersion,
): Promise<string> {
	const cache = cacheFolder();
	const home = path.join(cache, `elasticsearch-${version}`);
	if (existsSync(home)) return home;
	await mkdir(cache, { recursive: true });
	// Everything is made aside and renamed at the end, so that test runs side by side, or cut short, cannot leave half of it.
	const aside = await mkdtemp(path.join(cache, ".unpack-"));
	try {
		await unzip(await zipOf(version, cache, aside), aside);
		await rename(path.join(aside, `elasticsearch-${version}`), home);
	} catch (error) {
		if (!existsSync(home)) throw error;
	} finally {
		await rm(aside, { recursive: true, force: true });
	}
	return home;
}

function cacheFolder(): string {
	const { PORTICO_CACHE, XDG_CACHE_HOME } = process.env;
	if (PORTICO_CACHE) return PORTICO_CACHE;
	return path.join(XDG_CACHE_HOME || path.join(homedir(), ".cache"), "portico");
}

async function zipOf(
	version: ElasticsearchVersion,
	cache: string,
	aside: string,
): Promise<string> {
	const zip = path.join(cache, `elasticsearch-${version}.zip`);
	if (existsSync(zip) && (await sha256(zip)) === SHA256[version]) return zip;
	console.error(`Downloading Elasticsearch ${version}, once, to ${cache} …`);
	const failures: string[] = [];
	for (const download of [byFetch, byCurl, byMaven]) {
		const file = path.join(aside, `elasticsearch-${version}.zip`);
		try {
			await download(version, file);
			const seen = await sha256(file);
			if (seen !== SHA256[version]) throw new Error(`its SHA-256 is ${seen}`);
			await rename(file, zip);
			return zip;
		} catch (error) {
			failures.push(`${download.name}: ${(error as Error).message}`);
			await rm(file, { force: true });
		}
	}
	throw new Error(
		`Elasticsearch ${version} could not be downloaded (${failures.join("; ")}).`,
	);
}

async function byFetch(
	version: ElasticsearchVersion,
	file: string,
): Promise<void> {
	const response = await fetch(zipUrl(version), {
		signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
	});
	if (!response.ok || response.body === null) {
		throw new Error(`HTTP ${response.status}`);
	}
	await pipeline(
		Readable.fromWeb(response.body as ReadableStream),
		createWriteStream(file),
	);
}

/** Node's fetch does not read the proxy variables; curl does. */
async function byCurl(
	version: ElasticsearchVersion,
	file: string,
): Promise<void> {
	await run("curl", ["-fsSL", "-o", file, zipUrl(version)], {
		timeout: DOWNLOAD_TIMEOUT_MS,
	});
}

/** Maven knows the mirrors of its settings.xml. */
async function byMaven(
	version: ElasticsearchVersion,
	file: string,
): Promise<void> {
	await run(
		"mvn",
		[
			"-B",
			"-q",
			"org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
			`-Dartifact=${GROUP}:elasticsearch:${version}:zip`,
			`-DoutputDirectory=${path.dirname(file)}`,
		],
		{ timeout: DOWNLOAD_TIMEOUT_MS },
	);
}

function zipUrl(version: ElasticsearchVersion): string {
	const base = process.env.PORTICO_MAVEN_URL || MAVEN_URL;
	return `${base}/${GROUP.replaceAll(".", "/")}/elasticsearch/${version}/elasticsearch-${version}.zip`;
}

async function sha256(file: string): Promise<string> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(file), hash);
	return hash.digest("hex");
}

/** With whatever unpacker the machine has. Python's leaves out the executable bits, so they are set by hand there. */
async function unzip(zip: string, folder: string): Promise<void> {
	const attempts: [string, string[]][] = [
		["unzip", ["-q", "-o", zip, "-d", folder]],
		["jar", ["xf", zip]],
		["python3", ["-m", "zipfile", "-e", zip, folder]],
	];
	for (const [command, args] of attempts) {
		try {
			await run(command, args, { cwd: folder });
			await run("sh", ["-c", "chmod +x elasticsearch-*/bin/*"], {
				cwd: folder,
			});
			return;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
		}
	}
	throw new Error("None of unzip, jar and python3 is there to unpack a zip.");
}
