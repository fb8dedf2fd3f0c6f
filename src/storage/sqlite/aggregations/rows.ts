import type { Row } from "./collector.ts";

/** What `Columns` writes: fields (after a path that is none), conditions, and the objects of nested fields. */
type Data = readonly [
	fields: unknown[] | null,
	conditions: readonly number[],
	nested: readonly (readonly Data[])[],
];

export interface SqlRow {
	readonly place: number;
	readonly number: number;
	readonly score: number;
	readonly data: string;
	readonly [key: `s${number}`]: string | number | null;
}

type Values = readonly (string | number)[];

const NONE: Values = [];
const EMPTY: Data = [null, [], []];

abstract class DataRow {
	protected data: Data = EMPTY;

	values(slot: number): Values {
		const [fields] = this.data;
		// The first one is the path that makes it a list.
		const value = fields?.[slot + 1];
		if (value === null || value === undefined || fields === null) return NONE;
		const values = toValues(value);
		fields[slot + 1] = values;
		return values;
	}

	holds(slot: number): boolean {
		return this.data[1][slot] === 1;
	}

	protected objectsOf(slot: number, parent: Row): readonly Row[] {
		return (this.data[2][slot] ?? []).map(
			(data) => new ObjectRow(data, parent),
		);
	}
}

/** A document. One object for all rows of a statement, since there may be millions. */
export class DocumentRow extends DataRow implements Row {
	#row: SqlRow | undefined;
	readonly parent = undefined;

	set(row: SqlRow): void {
		this.#row = row;
		this.data = JSON.parse(row.data) as Data;
	}

	get place(): number {
		return this.#row?.place ?? 0;
	}

	get number(): number {
		return this.#row?.number ?? 0;
	}

	get score(): number {
		return this.#row?.score ?? 0;
	}

	sortKey(slot: number): string | number | null {
		return this.#row?.[`s${slot}`] ?? null;
	}

	objects(slot: number): readonly Row[] {
		return this.objectsOf(slot, this);
	}
}

/** An object of a nested field. */
class ObjectRow extends DataRow implements Row {
	readonly parent: Row;

	constructor(data: Data, parent: Row) {
		super();
		this.data = data;
		this.parent = parent;
	}

	get place(): number {
		return this.parent.place;
	}

	get number(): number {
		return this.parent.number;
	}

	get score(): number {
		return this.parent.score;
	}

	/** Hits are documents. */
	sortKey(): null {
		return null;
	}

	objects(slot: number): readonly Row[] {
		return this.objectsOf(slot, this);
	}
}

/** Numbers in order, as Elasticsearch keeps them. */
function toValues(value: unknown): Values {
	if (!Array.isArray(value)) return [value as string | number];
	return value.length > 1 && typeof value[0] === "number"
		? value.sort((a: number, b: number) => a - b)
		: value;
}
