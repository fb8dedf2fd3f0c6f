import assert from "node:assert/strict";
import type { Namespace } from "../support/elasticsearch-namespace.ts";

/*
 * Users' data as Kuzzle 2.56 leaves it in Elasticsearch (the storage facts, §1 to §3), written straight into it, without any code of ours.
 */

export const TAXIS = 10_000;
const KEEP = "_kuzzle_keep";

export const COMMON = {
	_kuzzle_info: {
		properties: {
			author: { type: "keyword" },
			createdAt: { type: "date" },
			updatedAt: { type: "date" },
			updater: { type: "keyword" },
		},
	},
};

export interface Indice {
	readonly aliases: Record<string, unknown>;
	readonly mappings: {
		readonly dynamic?: string;
		readonly _meta?: object;
		readonly properties?: Record<string, unknown>;
	};
	readonly settings: { readonly index: Record<string, unknown> };
}

/** The Elasticsearch of a Kuzzle, spoken to directly. */
export class KuzzleCollections {
	readonly #namespace: Namespace;

	constructor(namespace: Namespace) {
		this.#namespace = namespace;
	}

	/** Fills it. The names: indice first, then the collections that its aliases name. */
	async write(): Promise<void> {
		const taxi = {
			color: { type: "keyword" },
			seats: { type: "integer" },
			notes: { type: "text" },
		};
		await this.#create("&nyc.taxis", ["nyc.taxis"], {
			dynamic: "strict",
			_meta: { owner: "the city" },
			properties: { ...COMMON, ...taxi },
		});
		// The name was taken when the collection was made.
		await this.#create("&nyc.drivers.48213", ["nyc.drivers"]);
		await this.#create("&nyc.drivers", ["nyc.cabs"]);
		// From before 2.14: no alias.
		await this.#create("&old.things", []);
		await this.#create("&shared.one", ["shared.one", "shared.two"]);
		await this.#create(`&empty.${KEEP}`, [`empty.${KEEP}`], null);
		await this.#writeForeign();
		await this.#writeDocuments();
		await this.#writeSpecification();
	}

	/** Every indice of the namespace, by its name without that. */
	async indices(): Promise<Record<string, Indice>> {
		const { name } = this.#namespace;
		const all = await this.send("GET", `/${name}*?expand_wildcards=all`);
		return Object.fromEntries(
			Object.entries(all).map(([indice, found]) => [
				indice.slice(name.length),
				found as Indice,
			]),
		);
	}

	/** The first documents of an indice, as they are stored. */
	async documents(
		indice: string,
	): Promise<{ _id: string; _source: Record<string, unknown> }[]> {
		const at = this.#path(indice);
		await this.send("POST", `${at}/_refresh`);
		const { hits } = (await this.send("GET", `${at}/_search?size=1000`)) as {
			hits: {
				hits: { _id: string; _source: Record<string, unknown> }[];
			};
		};
		return hits.hits;
	}

	async source(
		collection: string,
		id: string,
	): Promise<Record<string, unknown>> {
		const alias = encodeURIComponent(`@${this.#namespace.name}&${collection}`);
		const { _source } = await this.send("GET", `/${alias}/_doc/${id}`);
		return _source as Record<string, unknown>;
	}

	async send(
		method: string,
		path: string,
		body?: object | string,
	): Promise<Record<string, unknown>> {
		const text = typeof body === "object" ? JSON.stringify(body) : body;
		const response = await fetch(new URL(path, this.#namespace.url), {
			method,
			headers: { "content-type": "application/x-ndjson" },
			...(typeof body === "object"
				? { headers: { "content-type": "application/json" } }
				: {}),
			...(text === undefined ? {} : { body: text }),
		});
		const answer = (await response.json()) as Record<string, unknown>;
		assert.ok(response.ok, JSON.stringify(answer).slice(0, 1_000));
		return answer;
	}

	#path(indice: string): string {
		return `/${encodeURIComponent(this.#namespace.name + indice)}`;
	}

	/** Hidden collections have no mapping. */
	#create(
		indice: string,
		collections: readonly string[],
		mappings: object | null = { dynamic: "false", properties: COMMON },
	): Promise<unknown> {
		const sign = indice.slice(0, 1);
		const { name } = this.#namespace;
		return this.send("PUT", this.#path(indice), {
			settings: { number_of_shards: 1, number_of_replicas: 1 },
			...(mappings === null ? {} : { mappings }),
			aliases: Object.fromEntries(
				collections.map((collection) => [`@${name}${sign}${collection}`, {}]),
			),
		});
	}

	/** What others keep in the same Elasticsearch. */
	async #writeForeign(): Promise<void> {
		const { name } = this.#namespace;
		await this.send("PUT", this.#path("-logs-2020"), {
			settings: { number_of_shards: 1, number_of_replicas: 0 },
			aliases: { [`${name}-logs`]: {} },
		});
	}

	async #writeDocuments(): Promise<void> {
		const lines = (count: number, content: (n: number) => object) =>
			Array.from(
				{ length: count },
				(_, n) =>
					`${JSON.stringify({ index: { _id: `old-${n}` } })}\n${JSON.stringify({ ...content(n), ...metadata() })}\n`,
			).join("");
		const bulk = (indice: string, text: string) =>
			this.send("POST", `${this.#path(indice)}/_bulk?refresh=true`, text);
		await bulk(
			"&nyc.taxis",
			lines(TAXIS, (n) => ({
				color: n % 4 === 0 ? "yellow" : "black",
				seats: n % 8,
				notes: `taxi number ${n}`,
			})),
		);
		for (const indice of [
			"&nyc.drivers.48213",
			"&nyc.drivers",
			"&old.things",
			"&shared.one",
		])
			await bulk(
				indice,
				lines(10, (n) => ({ name: `${indice} ${n}` })),
			);
	}

	/** Of no more than eight seats. */
	async #writeSpecification(): Promise<void> {
		const { name } = this.#namespace;
		await this.send("PUT", this.#path("%kuzzle.validations"), {
			settings: { number_of_shards: 1, number_of_replicas: 1 },
			mappings: {
				dynamic: "false",
				properties: {
					...COMMON,
					index: { type: "keyword" },
					collection: { type: "keyword" },
					validations: { type: "object", dynamic: "false" },
				},
			},
			aliases: { [`@${name}%kuzzle.validations`]: {} },
		});
		await this.send(
			"PUT",
			`${this.#path("%kuzzle.validations")}/_doc/nyc%23taxis?refresh=true`,
			{
				index: "nyc",
				collection: "taxis",
				validation: {
					strict: false,
					fields: {
						seats: {
							type: "integer",
							typeOptions: { range: { min: 0, max: 8 } },
						},
					},
				},
				...metadata(),
			},
		);
	}
}

export function metadata() {
	return {
		_kuzzle_info: {
			author: "root",
			createdAt: 1_700_000_000_000,
			updatedAt: null,
			updater: null,
		},
	};
}
