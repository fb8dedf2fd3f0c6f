import type {
	DocumentRules,
	DocumentValidator,
} from "../documents/documents.ts";
import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Scrolls } from "../scrolls/scrolls.ts";
import type { SearchRequest } from "../search/query.ts";
import { Memory } from "../security/memory.ts";
import {
	assertCollectionName,
	assertIndexName,
	isValidName,
} from "../storage/names.ts";
import type { CallOptions, Storage, Target } from "../storage/storage.ts";
import { CompiledRules } from "./compiled-rules.ts";
import { parseSpecification } from "./parse-specification.ts";
import { type DocumentReport, toReport } from "./report.ts";
import type { CompileFilters } from "./specification.ts";
import {
	type FoundSpecifications,
	idOf,
	type Place,
	type SpecificationSearch,
	StoredSpecifications,
} from "./stored-specifications.ts";

/** How a node is told to drop what it remembers of a specification: `Invalidation` of the security services is one. */
export interface SpecificationNews {
	/** The listener gets the id of a specification, `<index>#<collection>`, or null for all. */
	on(kind: "specification", listener: (id: string | null) => void): void;
	/** Resolves once the live nodes have dropped it. */
	forget(kind: "specification", id: string | null): Promise<void>;
}

/** What `collection:validateSpecifications` answers. */
export type SpecificationReport =
	| { readonly valid: true }
	| {
			readonly valid: false;
			readonly description: string;
			/** A sentence for each thing that is wrong. */
			readonly details: readonly string[];
	  };

const REMEMBERED_MAX = 10_000;

/**
 * The specifications of collections, and what they say of documents. Each node remembers the ones that it has met, and also which
 * collections have none, so that a write into such a collection costs a look into a map. A specification outlives its collection, as in Kuzzle.
 */
export class Validations implements DocumentValidator {
	readonly #stored: StoredSpecifications;
	readonly #news: SpecificationNews;
	readonly #clock: Clock;
	readonly #compileFilters: CompileFilters;
	/** Null: the collection has none. */
	readonly #memory = new Memory<CompiledRules | null>(REMEMBERED_MAX);

	constructor(dependencies: {
		readonly storage: Storage;
		readonly scrolls: Scrolls;
		readonly clock: Clock;
		readonly news: SpecificationNews;
		/** Reads the `validators` of a specification. */
		readonly compileFilters: CompileFilters;
	}) {
		this.#stored = new StoredSpecifications(dependencies);
		this.#news = dependencies.news;
		this.#clock = dependencies.clock;
		this.#compileFilters = dependencies.compileFilters;
		this.#news.on("specification", (id) =>
			id === null ? this.#memory.clear() : this.#memory.forget(id),
		);
	}

	/** Rejects with `validation.assert.incorrect_validation_format` where the stored specification cannot be read. */
	rulesOf(
		{ scope, index, collection }: Target,
		options: CallOptions = {},
	): DocumentRules | null | Promise<DocumentRules | null> {
		if (scope === "private") return null;
		const place = { index, collection };
		const known = this.#memory.peek(idOf(place));
		return known === undefined ? this.#load(place, options) : known;
	}

	/** What is wrong with a document, whether its collection is there or not. Rejects as `rulesOf`. */
	async validate(
		place: Place,
		content: JsonObject,
		options: CallOptions,
	): Promise<DocumentReport> {
		const rules =
			this.#memory.peek(idOf(place)) ?? (await this.#load(place, options));
		return rules === null ? toReport([]) : rules.report(content);
	}

	/** The whole document. Rejects with `validation.assert.not_found`. */
	async get(place: Place, options: CallOptions): Promise<JsonObject> {
		const found = isPossible(place)
			? await this.#stored.find(place, options)
			: null;
		if (found !== null) return found;
		const { index, collection } = place;
		throw createError("validation.assert.not_found", index, collection);
	}

	/** Whether a specification could be written. */
	inspect(given: Readonly<Record<string, unknown>>): SpecificationReport {
		const { problems } = parseSpecification(given, this.#compileFilters);
		if (problems === undefined) return { valid: true };
		return {
			valid: false,
			description: "The specifications are not valid.",
			details: problems,
		};
	}

	/**
	 * Writes the specification of a collection. When it resolves every node keeps to it, and searches find it. Rejects with
	 * `validation.assert.invalid_specifications`, and the errors of the names.
	 */
	async update(
		place: Place,
		given: Readonly<Record<string, unknown>>,
		options: CallOptions,
	): Promise<void> {
		const report = this.inspect(given);
		if (!report.valid) {
			const reason = report.details.join(" ");
			throw createError("validation.assert.invalid_specifications", reason);
		}
		assertIndexName(place.index);
		assertCollectionName(place.collection);
		await this.#change(place, () =>
			this.#stored.write(place, given as JsonObject, options),
		);
	}

	/** None to delete is no failure. */
	async delete(place: Place, options: CallOptions): Promise<void> {
		if (!isPossible(place)) return;
		await this.#change(place, () => this.#stored.delete(place, options));
	}

	/** As `StoredSpecifications.search`. */
	search(
		request: SearchRequest,
		options: SpecificationSearch,
	): Promise<FoundSpecifications> {
		return this.#stored.search(request, options);
	}

	/** As `StoredSpecifications.scroll`. */
	scroll(
		scrollId: string,
		options: SpecificationSearch,
	): Promise<FoundSpecifications> {
		return this.#stored.scroll(scrollId, options);
	}

	async #change(place: Place, work: () => Promise<void>): Promise<void> {
		try {
			await work();
		} finally {
			// Also where the outcome is unknown.
			await this.#news.forget("specification", idOf(place));
		}
	}

	async #load(
		place: Place,
		{ signal }: CallOptions,
	): Promise<CompiledRules | null> {
		if (!isPossible(place)) return null;
		const rules = await this.#memory.load(
			idOf(place),
			// Not by the signal of one caller: others wait for the same.
			async () => this.#compile(place, await this.#stored.find(place)),
			signal,
		);
		return rules ?? null;
	}

	#compile(place: Place, stored: JsonObject | null): CompiledRules | null {
		if (stored === null) return null;
		const { validation } = stored;
		const { specification } = isObject(validation)
			? parseSpecification(validation, this.#compileFilters)
			: {};
		if (specification !== undefined) {
			return new CompiledRules(specification, this.#clock);
		}
		const { index, collection } = place;
		throw createError(
			"validation.assert.incorrect_validation_format",
			index,
			collection,
		);
	}
}

/** Names that no collection can have are not looked for, nor remembered: they are of any length. */
function isPossible({ index, collection }: Place): boolean {
	return isValidName(index) && isValidName(collection);
}
