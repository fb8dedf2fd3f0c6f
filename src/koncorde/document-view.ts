import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Point } from "./filter.ts";
import { readGeoPoint } from "./geo-point.ts";

/**
 * A document as filters see it: by the paths of its fields. Names with dots and objects inside objects lead to the same paths; lists
 * are values as a whole.
 */
export class DocumentView {
	readonly fields: ReadonlyMap<string, JsonValue>;
	#points: Map<string, Point | null> | undefined;

	/** The id, where there is one, can be asked for as `_id`. */
	constructor(content: JsonObject, id?: string) {
		const fields = new Map<string, JsonValue>();
		const open: [string, JsonObject][] = [["", content]];
		for (let next = open.pop(); next !== undefined; next = open.pop()) {
			const [prefix, object] = next;
			for (const name of Object.keys(object)) {
				const value = object[name] as JsonValue;
				const path = prefix === "" ? name : `${prefix}.${name}`;
				fields.set(path, value);
				if (isObject(value)) open.push([path, value as JsonObject]);
			}
		}
		if (id !== undefined) fields.set("_id", id);
		this.fields = fields;
	}

	/** Null when the field holds no point. */
	point(path: string): Point | null {
		this.#points ??= new Map();
		let point = this.#points.get(path);
		if (point === undefined) {
			point = readGeoPoint(this.fields.get(path));
			this.#points.set(path, point);
		}
		return point;
	}
}
