import type { JsonObject } from "../../lib/json.ts";
import type { CheckedMappings } from "../check-mappings.ts";
import { normalizeSettings } from "../index-settings.ts";
import type { CallOptions } from "../storage.ts";
import type { Cluster } from "./cluster.ts";
import { Refusal } from "./refusal.ts";

/** Adds mappings to an indice. What they do not name stays. */
export async function updateMappings(
	cluster: Cluster,
	indice: string,
	{ dynamic, _meta, dynamic_templates, properties }: CheckedMappings,
	options?: CallOptions,
): Promise<void> {
	const body = {
		...(dynamic === undefined ? {} : { dynamic }),
		...(_meta === undefined ? {} : { _meta }),
		...(dynamic_templates === undefined ? {} : { dynamic_templates }),
		...(Object.keys(properties).length === 0 ? {} : { properties }),
	};
	if (Object.keys(body).length === 0) return;
	const path = [indice, "_mapping"];
	await cluster.request(
		{ method: "PUT", path, body, effect: "write" },
		options,
	);
}

/** Settings that are about to change, as they are; null stands for Elasticsearch's default. To be put back when the rest of an update fails. */
export async function settingsBefore(
	cluster: Cluster,
	indice: string,
	settings: JsonObject,
	options?: CallOptions,
): Promise<JsonObject> {
	const answer = await cluster.request<
		Record<string, { settings?: JsonObject }>
	>({ method: "GET", path: [indice, "_settings"], effect: "read" }, options);
	const before = normalizeSettings(answer[indice]?.settings ?? {});
	return Object.fromEntries(
		Object.keys(normalizeSettings(settings)).map((name) => [
			name,
			before[name] ?? null,
		]),
	);
}

/**
 * Changes settings of an indice. Kuzzle closes the indice for that whatever the settings are; here only those close
 * it that cannot be changed otherwise (analysers and the like), since a closed indice answers nobody.
 */
export async function updateSettings(
	cluster: Cluster,
	indice: string,
	settings: JsonObject = {},
	options?: CallOptions,
): Promise<void> {
	const body = normalizeSettings(settings);
	if (Object.keys(body).length === 0) return;
	const put = () =>
		cluster.request(
			{ method: "PUT", path: [indice, "_settings"], body, effect: "write" },
			options,
		);
	try {
		await put();
	} catch (error) {
		if (!needsClosing(error)) throw error;
		await whileClosed(cluster, indice, put, options);
	}
}

function needsClosing(error: unknown): boolean {
	return (
		error instanceof Refusal &&
		error.status === 400 &&
		error.message.includes("non dynamic setting")
	);
}

async function whileClosed(
	cluster: Cluster,
	indice: string,
	act: () => Promise<unknown>,
	options?: CallOptions,
): Promise<void> {
	const post = (verb: "_close" | "_open", callOptions?: CallOptions) =>
		cluster.request(
			{ method: "POST", path: [indice, verb], effect: "write" },
			callOptions,
		);
	await post("_close", options);
	try {
		await act();
	} finally {
		// Whoever gave up meanwhile: an indice is not left closed.
		await post("_open");
	}
}
