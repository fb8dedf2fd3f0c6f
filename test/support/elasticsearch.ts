import { rm } from "node:fs/promises";
import { OwnServer } from "./elasticsearch-process.ts";
import {
	type ElasticsearchVersion,
	installElasticsearch,
	isElasticsearchVersion,
} from "./elasticsearch-zip.ts";
import { findJdk } from "./jdk.ts";
import { endGroup } from "./process-group.ts";

/**
 * A real Elasticsearch for tests: the one that ELASTICSEARCH_URL names, else the official minimal distribution,
 * started with a small heap on a free port of the loopback interface, with folders of its own.
 */
export interface ElasticsearchServer {
	readonly url: string;
	readonly version: string;
	/** The process group of the server, and its folder; undefined when it is not ours. */
	readonly pid: number | undefined;
	readonly folder: string | undefined;
	/** Ends the server and removes its folder. Does nothing to a server that is not ours. */
	stop(): Promise<void>;
	/** Freezes the server: connections are accepted by the kernel and never answered. */
	pause(): void;
	resume(): void;
	/** Ends it at once, as a power cut would. Its data stays for `restart`. */
	kill(): Promise<void>;
	/** Starts it again on the same data and the same port. */
	restart(): Promise<void>;
}

export interface ElasticsearchOptions {
	/** Default: ELASTICSEARCH_VERSION, else 9.5.3. */
	readonly version?: string;
	/** Starts one even when ELASTICSEARCH_URL names another: a test that stops the server must not stop everybody's. */
	readonly own?: boolean;
	/** The server outlives this process. */
	readonly detached?: boolean;
}

export const ELASTICSEARCH_DEFAULT_VERSION: ElasticsearchVersion = "9.5.3";
const JAVA_MAJOR_MIN = { 8: 17, 9: 21 } as const;

/** There is no Elasticsearch here, and this is why. */
export class ElasticsearchUnavailable extends Error {
	override name = "ElasticsearchUnavailable";
}

/** Rejects with `ElasticsearchUnavailable` where the machine cannot run one and ELASTICSEARCH_URL is not set. */
export async function startElasticsearch(
	options: ElasticsearchOptions = {},
): Promise<ElasticsearchServer> {
	const given = process.env.ELASTICSEARCH_URL;
	if (given && options.own !== true) return foreignServer(given);
	const version =
		options.version ??
		(process.env.ELASTICSEARCH_VERSION || ELASTICSEARCH_DEFAULT_VERSION);
	if (!isElasticsearchVersion(version)) {
		throw new Error(`No checksum is pinned for Elasticsearch ${version}.`);
	}
	const major = version.startsWith("8.") ? 8 : 9;
	const jdk = await findJdk(JAVA_MAJOR_MIN[major]);
	if (jdk === undefined) {
		throw new ElasticsearchUnavailable(
			`Elasticsearch ${version} needs a JDK of version ${JAVA_MAJOR_MIN[major]} or later (JAVA_HOME), or ELASTICSEARCH_URL naming a server.`,
		);
	}
	const home = await installElasticsearch(version);
	const server = new OwnServer({
		version,
		home,
		javaHome: jdk.home,
		detached: options.detached === true,
	});
	await server.start();
	return server;
}

/**
 * As `startElasticsearch`, but a machine that cannot run one is an answer, not a failure, so that a test can say
 * loudly what it leaves out. With CI=true it is a failure all the same.
 */
export async function elasticsearchOrReason(
	options: ElasticsearchOptions = {},
): Promise<ElasticsearchServer | { readonly unavailable: string }> {
	try {
		return await startElasticsearch(options);
	} catch (error) {
		if (!(error instanceof ElasticsearchUnavailable)) throw error;
		if (process.env.CI === "true") throw error;
		return { unavailable: error.message };
	}
}

/** Ends a server that another process started detached, by the process group it reported. */
export async function stopElasticsearch(
	pid: number,
	folder: string,
): Promise<void> {
	await endGroup(pid);
	await rm(folder, { recursive: true, force: true });
}

async function foreignServer(url: string): Promise<ElasticsearchServer> {
	const response = await fetch(
		new URL("/_nodes/_local?filter_path=nodes.*.version", url),
	);
	const body = (await response.json()) as {
		nodes: Record<string, { version: string }>;
	};
	const refuse = (): never => {
		throw new Error(
			"The server of ELASTICSEARCH_URL is not ours to stop; ask for an own one.",
		);
	};
	return {
		url,
		version: Object.values(body.nodes)[0]?.version ?? "unknown",
		pid: undefined,
		folder: undefined,
		stop: async () => {},
		pause: refuse,
		resume: refuse,
		kill: refuse,
		restart: refuse,
	};
}
