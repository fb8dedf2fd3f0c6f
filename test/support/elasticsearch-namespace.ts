import { randomBytes } from "node:crypto";

/** Names of our own in an Elasticsearch that many tests share. */
export interface Namespace {
	readonly url: string;
	readonly name: string;
	/** Deletes every index of the namespace. */
	drop(): Promise<void>;
}

/** Throws when ELASTICSEARCH_URL is not set. */
export function createNamespace(): Namespace {
	const url = process.env.ELASTICSEARCH_URL;
	if (!url) throw new Error("ELASTICSEARCH_URL is not set.");
	const name = `t${randomBytes(6).toString("hex")}`;
	return { url, name, drop: () => dropIndices(url, name) };
}

/** Index by index: a server refuses to delete by wildcard unless it is told to allow it. */
async function dropIndices(url: string, namespace: string): Promise<void> {
	const list = await fetch(
		new URL(
			`/_cat/indices/*${namespace}*?format=json&h=index&expand_wildcards=all`,
			url,
		),
	);
	const indices = (await list.json()) as { index: string }[];
	for (const { index } of indices) {
		const path = `/${encodeURIComponent(index)}?ignore_unavailable=true`;
		await fetch(new URL(path, url), { method: "DELETE" });
	}
}
