import { createError } from "../../errors/gateway-error.ts";
import type { Log } from "../../lib/log.ts";
import type { Cluster } from "./cluster.ts";
import { isCollectionAlias, isSpareAlias, type Layout } from "./layout.ts";
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
 * What is done before the first use: the version is checked, collections that are closed are opened, those that lack their alias get it, and an index
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
		await openClosed(options);
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

interface StateAnswer {
	readonly metadata?: { readonly indices?: Record<string, { state?: string }> };
}

/** A process that dies while it changes settings (`update-collection.ts`) leaves an indice closed, which answers nobody. */
async function openClosed({
	cluster,
	layout,
	log,
}: PrepareOptions): Promise<void> {
	const scopes = ["public", "private"] as const;
	const patterns = scopes.flatMap((scope) => [
		layout.indicePattern(scope),
		layout.aliasPattern(scope),
	]);
	const { metadata } = await cluster.request<StateAnswer>({
		method: "GET",
		path: ["_cluster", "state", "metadata", patterns.join(",")],
		query: {
			filter_path: "metadata.indices.*.state",
			expand_wildcards: "all",
		},
		effect: "read",
	});
	for (const [indice, { state }] of Object.entries(metadata?.indices ?? {})) {
		if (state !== "close") continue;
		const path = [indice, "_open"];
		await cluster.request({ method: "POST", path, effect: "write" });
		log.warn({ indice }, "opened an Elasticsearch indice that was closed");
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
		const names = Object.keys(aliases);
		if (!isOurs || names.some(isCollectionAlias)) continue;
		if (names.some(isSpareAlias)) {
			log.warn(
				{ indice },
				"an Elasticsearch indice is left over from truncating a collection: unless another gateway is about to, remove it",
			);
			continue;
		}
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
