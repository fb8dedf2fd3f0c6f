import { isObject, type JsonObject } from "../lib/json.ts";
import type { Query, Sort } from "../search/query.ts";
import type {
	CallOptions,
	SearchHit,
	Storage,
	Target,
} from "../storage/storage.ts";
import { cellOf, toCsvRecord } from "./csv.ts";
import { METADATA } from "./metadata.ts";

export interface DocumentExport {
	readonly target: Target;
	readonly query: Query;
	/** Empty: in a stable order of the store's own. */
	readonly sort: readonly Sort[];
	/** Documents that are read at once: 1 to 10,000. */
	readonly pageSize: number;
	readonly format: ExportFormat;
}

export type ExportFormat =
	/** A line of JSON per document, after one that says what they are. */
	| { readonly kind: "jsonl" }
	| {
			readonly kind: "csv";
			readonly separator: string;
			/** Dotted paths. Empty: every field of the mapping. The id always comes first. */
			readonly fields: readonly string[];
			/** Titles of columns, by path. */
			readonly titles: Readonly<Record<string, unknown>>;
	  };

/** Characters that are gathered before they are sent on. */
const PIECE_CHARACTERS = 64 * 1024;
/** How long a sorted export may wait for a slow reader between two pages, in milliseconds. */
const KEEP_ALIVE_MS = 300_000;

/** Collections written out as text, page by page, in constant memory. */
export class DocumentExports {
	readonly #storage: Storage;

	constructor(dependencies: { readonly storage: Storage }) {
		this.#storage = dependencies.storage;
	}

	/**
	 * Resolves once the first page is read, so that what is wrong with the request is told as an error, and not in the midst of the text. Rejects as
	 * `Storage.scan`. Reading goes on as fast as the text is taken; to end it, end the iteration, which must be begun.
	 */
	async open(
		request: DocumentExport,
		options: CallOptions,
	): Promise<AsyncGenerator<string, void>> {
		const { target, format } = request;
		const layout =
			format.kind === "csv"
				? csvLayout(format, await this.#columns(target, format.fields, options))
				: jsonlLayout(target);
		const pages = this.#pages(request, options);
		const first = await pages.next();
		return inPieces(toText(layout, first, pages));
	}

	/** The paths of a CSV's columns, without the id. */
	async #columns(
		target: Target,
		fields: readonly string[],
		options: CallOptions,
	): Promise<readonly string[]> {
		if (fields.length > 0) return fields.filter((field) => field !== "_id");
		const { properties } = await this.#storage.getMappings(target, options);
		const { [METADATA]: _metadata, ...own } = properties;
		return toPaths(own);
	}

	#pages(
		{ target, query, sort, pageSize }: DocumentExport,
		options: CallOptions,
	): AsyncGenerator<SearchHit[]> {
		const targets = [target];
		return sort.length === 0
			? pagesOf(this.#storage.scan(targets, { query, pageSize }, options))
			: this.#sortedPages(targets, { query, sort, size: pageSize }, options);
	}

	async *#sortedPages(
		targets: readonly Target[],
		request: {
			readonly query: Query;
			readonly sort: readonly Sort[];
			readonly size: number;
		},
		options: CallOptions,
	): AsyncGenerator<SearchHit[]> {
		let cursor: string | undefined;
		try {
			do {
				const page = await this.#storage.scroll(
					targets,
					{ ...request, cursor, keepAliveMs: KEEP_ALIVE_MS },
					options,
				);
				cursor = page.cursor;
				yield page.hits;
			} while (cursor !== undefined);
		} finally {
			if (cursor !== undefined) await this.#storage.endScroll(cursor);
		}
	}
}

interface Layout {
	/** The first line, without a document. */
	readonly head: string;
	readonly line: (hit: SearchHit) => string;
}

function jsonlLayout({ index, collection }: Target): Layout {
	return {
		head: `${JSON.stringify({ collection, index, type: "collection" })}\n`,
		line: ({ id, content }) =>
			`${JSON.stringify({ _id: id, body: content })}\n`,
	};
}

function csvLayout(
	{ separator, titles }: ExportFormat & { kind: "csv" },
	columns: readonly string[],
): Layout {
	const paths = columns.map((column) => column.split("."));
	const title = (column: string) => {
		const given = Object.hasOwn(titles, column) ? titles[column] : undefined;
		return typeof given === "string" ? given : column;
	};
	return {
		head: toCsvRecord(["_id", ...columns].map(title), separator),
		line: ({ id, content }) =>
			toCsvRecord(
				[id, ...paths.map((path) => cellOf(content, path))],
				separator,
			),
	};
}

/** The fields of a mapping, by name. Objects are told by their fields; a nested one counts as one field, as in Kuzzle (recorded). */
function toPaths(properties: JsonObject, prefix = ""): string[] {
	return Object.keys(properties)
		.toSorted()
		.flatMap((name) => {
			const path = prefix + name;
			const field = properties[name];
			return isObject(field) &&
				field.type === undefined &&
				isObject(field.properties)
				? toPaths(field.properties as JsonObject, `${path}.`)
				: [path];
		});
}

async function* pagesOf(
	pages: AsyncIterable<SearchHit[]>,
): AsyncGenerator<SearchHit[]> {
	yield* pages;
}

async function* toText(
	{ head, line }: Layout,
	first: IteratorResult<SearchHit[]>,
	pages: AsyncGenerator<SearchHit[]>,
): AsyncGenerator<string, void> {
	try {
		yield head;
		for (let page = first; !page.done; page = await pages.next()) {
			for (const hit of page.value) yield line(hit);
		}
	} finally {
		await pages.return(undefined);
	}
}

/** Gathers short lines, so that not each of them is a write. */
async function* inPieces(
	lines: AsyncGenerator<string, void>,
): AsyncGenerator<string, void> {
	let piece = "";
	for await (const line of lines) {
		piece += line;
		if (piece.length < PIECE_CHARACTERS) continue;
		yield piece;
		piece = "";
	}
	if (piece !== "") yield piece;
}
