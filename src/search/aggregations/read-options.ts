import { isObject } from "../../lib/json.ts";
import { malformed, quoted } from "../query-errors.ts";
import type { QueryBudget } from "../query-limits.ts";
import { readScalar } from "../read-option.ts";
import type { Value, ValueSource } from "./aggregation.ts";

/** The options of one aggregation. Each reader answers undefined for an option that is not given, and throws on one that it cannot take. */
export class AggregationOptions {
	readonly type: string;
	readonly budget: QueryBudget;
	readonly #given: Record<string, unknown>;

	constructor(type: string, given: unknown, budget: QueryBudget) {
		if (!isObject(given)) throw malformed(`${quoted(type)} must be an object`);
		this.type = type;
		this.budget = budget;
		this.#given = given;
	}

	/**
	 * Throws on an option that is not known. Answers the first of those that only Elasticsearch answers: `type.option`.
	 */
	check(known: readonly string[], onlyNative: readonly string[]) {
		let refused: string | undefined;
		for (const name of Object.keys(this.#given)) {
			if (known.includes(name)) continue;
			if (!onlyNative.includes(name))
				throw malformed(`${quoted(this.type)} unknown field ${quoted(name)}`);
			refused ??= `${this.type}.${name}`;
		}
		return refused;
	}

	/** Null counts as not given, as in Elasticsearch. */
	any(name: string): unknown {
		return this.#given[name] ?? undefined;
	}

	text(name: string): string | undefined {
		const value = this.any(name);
		if (value === undefined) return undefined;
		if (typeof value !== "string") throw this.bad(name, "must be a text");
		this.budget.text(value);
		return value;
	}

	requiredText(name: string): string {
		const text = this.text(name);
		if (text === undefined || text === "") throw this.bad(name, "is required");
		return text;
	}

	/** Numbers may be given as texts. */
	number(name: string): number | undefined {
		const value = this.any(name);
		if (value === undefined) return undefined;
		const number =
			typeof value === "string" && value.trim() !== "" ? Number(value) : value;
		if (typeof number !== "number" || !Number.isFinite(number))
			throw this.bad(name, "must be a number");
		return number;
	}

	integer(name: string, min: number): number | undefined {
		const number = this.number(name);
		if (number === undefined) return undefined;
		if (!Number.isInteger(number) || number < min || number > INTEGER_MAX)
			throw this.bad(name, `must be an integer of ${min} at least`);
		return number;
	}

	flag(name: string, otherwise: boolean): boolean {
		const value = this.any(name);
		if (value === undefined) return otherwise;
		if (value === "true" || value === "false") return value === "true";
		if (typeof value !== "boolean") throw this.bad(name, "must be a boolean");
		return value;
	}

	value(name: string): Value | undefined {
		const value = this.any(name);
		return value === undefined
			? undefined
			: readScalar(value, name, this.budget);
	}

	/** One of the words, in any case. */
	word<Word extends string>(
		name: string,
		words: readonly Word[],
	): Word | undefined {
		const text = this.text(name)?.toLowerCase();
		if (text === undefined) return undefined;
		const word = words.find((known) => known === text);
		if (word === undefined)
			throw this.bad(name, `must be one of ${words.join(", ")}`);
		return word;
	}

	source(): ValueSource {
		const missing = this.value("missing");
		const format = this.text("format");
		return {
			field: this.field(),
			...(missing === undefined ? {} : { missing }),
			...(format === undefined ? {} : { format }),
		};
	}

	field(): string {
		const field = this.text("field");
		if (field === undefined || field === "")
			throw malformed(
				"Required one of fields [field, script], but none were specified.",
			);
		return field;
	}

	bad(name: string, reason: string) {
		return malformed(
			`${quoted(this.type)} failed to parse field ${quoted(name)}: it ${reason}`,
		);
	}
}

/** Elasticsearch's counts and sizes are Java integers. */
const INTEGER_MAX = 2 ** 31 - 1;

/** `{name: value}` to be spread in; nothing where there is no value. */
export function given<Name extends string, Given>(
	name: Name,
	value: Given | undefined,
): { readonly [Key in Name]?: Given } {
	return value === undefined
		? {}
		: ({ [name]: value } as { readonly [Key in Name]: Given });
}
