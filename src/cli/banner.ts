import type { CacheChoice, StorageChoice } from "../config.ts";

export interface Started {
	readonly version: string;
	readonly host: string;
	readonly port: number;
	readonly choice: StorageChoice;
	readonly cacheChoice: CacheChoice;
	/** Null where the data is not in a folder of this machine. */
	readonly dataFolder: string | null;
	readonly rightsRestricted: boolean;
	readonly adminExists: boolean;
}

/** The lines that a person sees first. */
export function renderBanner(started: Started): string {
	const { version, choice, cacheChoice, dataFolder } = started;
	const rights = started.rightsRestricted
		? "restricted: who is not logged in may only log in"
		: "OPEN: anyone who reaches this address may do everything";
	return [
		`Portico ${version}`,
		`  address  ${toUrl(started)} (HTTP and WebSocket)`,
		`  store    ${choice.backend}, because ${choice.reason}`,
		...(cacheChoice.backend === "redis"
			? [`  nodes    many, by Redis, because ${cacheChoice.reason}`]
			: []),
		...(dataFolder === null ? [] : [`  data     ${dataFolder}`]),
		`  rights   ${rights}`,
		...renderFirstSteps(started),
		"",
		"  Ctrl-C stops.",
		"",
	].join("\n");
}

/** The commands that close an open server and make its first API key; none once rights are restricted. */
function renderFirstSteps(started: Started): string[] {
	if (started.rightsRestricted) return [];
	const url = toUrl(started);
	const json = "-H 'Content-Type: application/json'";
	const bearer = '-H "Authorization: Bearer $TOKEN"';
	const create = `curl -X POST '${url}/_createFirstAdmin/admin?reset=true' ${json} -d '{"content":{},"credentials":{"local":{"username":"admin","password":"change-me"}}}'`;
	const login = `TOKEN=$(curl -s -X POST '${url}/_login/local' ${json} -d '{"username":"admin","password":"change-me"}' | sed 's/.*"jwt":"\\([^"]*\\)".*/\\1/')`;
	const restrict = `curl -X POST '${url}/_restrictDefaultRights' ${bearer}`;
	const key = `curl -X POST '${url}/api-keys/_create' ${json} ${bearer} -d '{"description":"my first key"}'`;
	const steps: [string, string[]][] = started.adminExists
		? [
				["There is an administrator. Log in as that one:", [login]],
				["Close the server to everybody else:", [restrict]],
				["Create an API key:", [key]],
			]
		: [
				[
					"Create an administrator, which closes the server to everybody else (choose another password):",
					[create],
				],
				["Then log in and create an API key:", [login, key]],
			];
	return steps.flatMap(([heading, lines]) => [
		"",
		`  ${heading}`,
		...lines.map((line) => `    ${line}`),
	]);
}

/** The address as a person types it: a wildcard is reached as localhost, IPv6 stands in brackets. */
export function toUrl({ host, port }: { host: string; port: number }): string {
	const wildcard = host === "0.0.0.0" || host === "::";
	const shown = host.includes(":") ? `[${host}]` : host;
	return `http://${wildcard ? "localhost" : shown}:${port}`;
}
