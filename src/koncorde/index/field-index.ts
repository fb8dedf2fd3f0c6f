import type { JsonValue } from "../../lib/json.ts";
import type { DocumentView } from "../document-view.ts";
import type { FilterScalar } from "../filter.ts";
import type { Access } from "./access.ts";
import { BoxIndex } from "./box-index.ts";
import { Buckets } from "./buckets.ts";
import { IntervalIndex } from "./interval-index.ts";
import { TextIndex } from "./text-index.ts";

/** The filters that one field leads to. */
export class FieldIndex<T> {
	readonly #values = new Buckets<JsonValue, T>();
	readonly #items = new Buckets<JsonValue, T>();
	readonly #intervals = new IntervalIndex<T>();
	readonly #places = new BoxIndex<T>();
	readonly #texts = new TextIndex<T>();
	readonly #present = new Buckets<true, T>();
	#size = 0;

	get isEmpty(): boolean {
		return this.#size === 0;
	}

	add(access: Access, entry: T): void {
		this.#size += 1;
		switch (access.kind) {
			case "value":
				this.#values.add(access.value, entry);
				break;
			case "item":
				this.#items.add(access.value, entry);
				break;
			case "interval":
				this.#intervals.add(access, entry);
				break;
			case "place":
				this.#places.add(access.box, entry);
				break;
			case "text":
				this.#texts.add(access, entry);
				break;
			case "presence":
				this.#present.add(true, entry);
				break;
		}
	}

	delete(access: Access, entry: T): void {
		this.#size -= 1;
		switch (access.kind) {
			case "value":
				this.#values.delete(access.value, entry);
				break;
			case "item":
				this.#items.delete(access.value, entry);
				break;
			case "interval":
				this.#intervals.delete(access, entry);
				break;
			case "place":
				this.#places.delete(access.box, entry);
				break;
			case "text":
				this.#texts.delete(access, entry);
				break;
			case "presence":
				this.#present.delete(true, entry);
				break;
		}
	}

	/** Shows `meet` the filters that this value leads to; some of them more than once. */
	meet(
		value: JsonValue,
		path: string,
		document: DocumentView,
		meet: (entry: T) => void,
	): void {
		this.#present.meet(true, meet);
		if (Array.isArray(value)) {
			if (!this.#items.isEmpty)
				for (const item of new Set(value)) this.#items.meet(item, meet);
		} else if (value === null || typeof value !== "object")
			this.#values.meet(value satisfies FilterScalar, meet);
		if (typeof value === "number") this.#intervals.meet(value, meet);
		if (typeof value === "string") this.#texts.meet(value, meet);
		if (this.#places.isEmpty) return;
		const point = document.point(path);
		if (point !== null) this.#places.meet(point, meet);
	}
}
