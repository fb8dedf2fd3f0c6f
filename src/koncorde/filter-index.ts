import { compileFilter, type FilterTest } from "./compile-filter.ts";
import type { DocumentView } from "./document-view.ts";
import type { Filter } from "./filter.ts";
import { type Access, accessOf } from "./index/access.ts";
import { FieldIndex } from "./index/field-index.ts";

interface Entry {
	readonly key: string;
	readonly test: FilterTest;
	readonly accesses: readonly Access[] | null;
	/** The last search that came across it: a filter is tested once, whichever ways lead to it. */
	seenBy: number;
}

/**
 * Filters of one collection, to be found by the documents that they match. A document meets only the filters that one of its fields leads
 * to, by value, range, place or text; each is then tested as a whole. Filters without such a way are met by every document.
 */
export class FilterIndex {
	readonly #entries = new Map<string, Entry>();
	readonly #fields = new Map<string, FieldIndex<Entry>>();
	readonly #always = new Set<Entry>();
	#searches = 0;

	get size(): number {
		return this.#entries.size;
	}

	has(key: string): boolean {
		return this.#entries.has(key);
	}

	/** A normalised filter, under its key. One that is there already stays. */
	add(key: string, filter: Filter): void {
		if (this.#entries.has(key)) return;
		const entry: Entry = {
			key,
			test: compileFilter(filter),
			accesses: accessOf(filter),
			seenBy: 0,
		};
		this.#entries.set(key, entry);
		if (entry.accesses === null) this.#always.add(entry);
		for (const access of entry.accesses ?? [])
			this.#field(access.path).add(access, entry);
	}

	delete(key: string): boolean {
		const entry = this.#entries.get(key);
		if (entry === undefined) return false;
		this.#entries.delete(key);
		this.#always.delete(entry);
		for (const access of entry.accesses ?? []) {
			const field = this.#field(access.path);
			field.delete(access, entry);
			if (field.isEmpty) this.#fields.delete(access.path);
		}
		return true;
	}

	/** The keys of the filters that match. */
	match(document: DocumentView): string[] {
		this.#searches += 1;
		const search = this.#searches;
		const found: string[] = [];
		const meet = (entry: Entry) => {
			if (entry.seenBy === search) return;
			entry.seenBy = search;
			if (entry.test(document)) found.push(entry.key);
		};
		for (const entry of this.#always) meet(entry);
		if (this.#fields.size > 0)
			for (const [path, value] of document.fields)
				this.#fields.get(path)?.meet(value, path, document, meet);
		return found;
	}

	#field(path: string): FieldIndex<Entry> {
		let field = this.#fields.get(path);
		if (field === undefined) {
			field = new FieldIndex();
			this.#fields.set(path, field);
		}
		return field;
	}
}
