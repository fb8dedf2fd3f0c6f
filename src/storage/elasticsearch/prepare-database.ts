import { createError } from "../../errors/gateway-error.ts";
import type { Log } from "../../lib/log.ts";
import type { Cluster } from "./cluster.ts";
import { isCollectionAlias, type Layout } from "./layout.ts";
import { serverVersion } from "./status.ts";
import { translateError } from "./translate-refusal.ts";

interface PrepareOptions {
	readonly cluster: Cluster;
	readonly layout: Layout;
	readonly log: Log;
	readonly generateMissingAliases: boolean;
}

type AliasAnswer = Record<string, { aliases: Record<string, unknown> }>;

/**
 * What is done before the first use: the version is checked, collections that lack their alias get it, and an index
 * name in both scopes is refused. Rejects with `not_connected`, `version_mismatch`, `index_already_exists`.
 */
export async function prepareDatabase(options: PrepareOptions): Promise<void> {
	const { cluster, layout } = options;
	try {
		await assertVersion(cluster);
		const patterns = [
			layout.indicePattern("public"),
			layout.indicePattern("private"),
			// Collections live behind indices of other names too.
			"@*",
		];
		const answer = await cluster.request<AliasAnswer>({
			method: "GET",
			path: [patterns.join(","), "_alias"],
			effect: "read",
		});
		const aliases = aliasesOf(answer);
		if (options.generateMissingAliases) {
			await addMissing(options, answer, aliases);
		}
		assertOneScope(aliases, layout);
	} catch (error) {
		throw translateError(error);
	}
}

async function assertVersion(cluster: Cluster): Promise<void> {
	const version = await serverVersion(cluster);
	const major = Number(version.split(".")[0]);
	if (major < 8) {
		throw createError(
			"services.storage.version_mismatch",
			`Elasticsearch ${version}; 8 and 9 are supported`,
		);
	}
}

function aliasesOf(answer: AliasAnswer): Set<string> {
	const names = Object.values(answer).flatMap(({ aliases }) =>
		Object.keys(aliases),
	);
	return new Set(names.filter(isCollectionAlias));
}

/** The patterns can only match indices of this namespace: nothing else begins with its sign. */
async function addMissing(
	{ cluster, layout, log }: PrepareOptions,
	answer: AliasAnswer,
	taken: Set<string>,
): Promise<void> {
	const starts = [
		layout.indicePattern("public").slice(0, -1),
		layout.indicePattern("private").slice(0, -1),
	];
	for (const [indice, { aliases }] of Object.entries(answer)) {
		const isOurs = starts.some((start) => indice.startsWith(start));
		if (!isOurs || Object.keys(aliases).some(isCollectionAlias)) continue;
		const alias = layout.aliasOfIndice(indice);
		if (layout.parse(alias) === null) continue;
		if (taken.has(alias)) {
			log.warn(
				{ indice, alias },
				"an Elasticsearch indice has no alias, and the alias that it would get names another indice: it is left alone",
			);
			continue;
		}
		const actions = [{ add: { index: indice, alias } }];
		await cluster.request({
			method: "POST",
			path: ["_aliases"],
			body: { actions },
			effect: "write",
		});
		taken.add(alias);
		log.info({ indice, alias }, "gave an Elasticsearch indice its alias");
	}
}

function assertOneScope(aliases: Set<string>, layout: Layout): void {
	const targets = [...aliases].flatMap((alias) => layout.parse(alias) ?? []);
	const inPublic = new Set(
		targets.filter(({ scope }) => scope === "public").map(({ index }) => index),
	);
	const both = targets.find(
		({ scope, index }) => scope === "private" && inPublic.has(index),
	);
	if (both !== undefined) {
		throw createError(
			"services.storage.index_already_exists",
			"public",
			both.index,
		);
	}
}
