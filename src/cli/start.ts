import path from "node:path";
import {
	type CacheChoice,
	type Config,
	chooseCache,
	chooseStorage,
	type StorageChoice,
} from "../config.ts";
import type { Gateway } from "../gateway.ts";
import type { Log } from "../lib/log.ts";
import { packageVersion } from "../lib/package-root.ts";
import { createPinoLog } from "../lib/pino-log.ts";
import { renderBanner, type Started, toUrl } from "./banner.ts";
import type { Call } from "./commands.ts";
import { loadCallConfig } from "./load-call-config.ts";
import { loadGateway } from "./load-gateway.ts";
import { firstStopSignal } from "./stop-signals.ts";
import type { World } from "./world.ts";

/** `portico start`: answers when the gateway was stopped. */
export async function start(call: Call): Promise<number> {
	const { world } = call;
	const stopped = firstStopSignal();
	const loaded = loadCallConfig(call);
	const choice = chooseStorage(loaded);
	const cacheChoice = chooseCache(loaded);
	const log = createLog(loaded.config, world);
	exitOnDefect(log);
	for (const warning of loaded.warnings) log.warn({}, warning);
	if (!isTerminal(world)) logChoices(log, choice, cacheChoice);
	const gateway = await loadGateway({
		config: loaded.config,
		choice,
		cacheChoice,
		log,
	});
	const address = await startOrClose(gateway);
	const { dataFolder, rightsRestricted } = gateway.status();
	const started = {
		...address,
		rightsRestricted,
		dataFolder: dataFolder && path.resolve(world.cwd, dataFolder),
		choice,
		cacheChoice,
		version: packageVersion,
	};
	if (showsBanner(world)) {
		const adminExists = await findAdmin(gateway);
		world.stdout.write(renderBanner({ ...started, adminExists }));
	}
	if (!isTerminal(world)) logReady(started, log);
	const signal = await stopped;
	log.info(
		{ signal },
		"Stopping. Requests under way are answered; a second signal ends it at once",
	);
	await gateway.close();
	log.info({}, "Stopped");
	return 0;
}

function logChoices(log: Log, store: StorageChoice, cache: CacheChoice): void {
	log.info(
		{ store: store.backend },
		`Store: ${store.backend}, because ${store.reason}`,
	);
	log.info(
		{ cache: cache.backend },
		`Cache: ${cache.backend}, because ${cache.reason}`,
	);
}

async function startOrClose(
	gateway: Gateway,
): Promise<{ host: string; port: number }> {
	try {
		return await gateway.start();
	} catch (error) {
		await gateway.close().catch(() => {});
		throw error;
	}
}

/**
 * A person reads the banner, a program the log lines. Without a terminal both are written, since a person may well
 * read on through a pipe; production, where programs read, is spared the banner.
 */
function showsBanner(world: World): boolean {
	return isTerminal(world) || world.env.NODE_ENV !== "production";
}

/** Only what to do first on an open server depends on it. Elsewhere the search, which starts a thread of the embedded store, is spared. */
async function findAdmin(gateway: Gateway): Promise<boolean> {
	const { isNew, rightsRestricted } = gateway.status();
	if (isNew || rightsRestricted) return false;
	// A store that is away is told of in the log; nobody can log in meanwhile.
	return await gateway.adminExists().catch(() => false);
}

function logReady(started: Omit<Started, "adminExists">, log: Log): void {
	const { version, dataFolder, rightsRestricted, choice } = started;
	const address = toUrl(started);
	const store = choice.backend;
	log.info({ version, address, store, dataFolder, rightsRestricted }, "Ready");
	if (!rightsRestricted)
		log.warn(
			{},
			`Rights are not restricted: anyone who reaches this address may do everything. Create an administrator: POST ${address}/_createFirstAdmin/admin?reset=true`,
		);
}

function createLog(config: Config, world: World): Log {
	return createPinoLog({
		level: config.server.appLogs.level,
		readable: isTerminal(world),
		write: (line) => world.stdout.write(line),
	});
}

function isTerminal({ stdout }: World): boolean {
	return stdout.isTTY === true;
}

/** What nobody caught has left the process in a state that nobody knows: say it, through the masks, and end. */
function exitOnDefect(log: Log): void {
	process.on("uncaughtException", (error) => {
		log.error(
			{ err: error },
			"A defect: an error that nothing caught. The process ends",
		);
		process.exit(1);
	});
}
