/**
 * Values that differ from run to run stand in a recording as `<type:n>`: equal placeholders of a scenario are equal
 * values, bound where an answer first holds them and sent back in later requests. Without a number, any value of the kind will do.
 */

const PLACEHOLDER = /<([a-z][a-z0-9-]*)(?::(\d+))?>/g;

interface Kind {
	/** What it looks like as text, or within a longer text. */
	readonly pattern: string;
	/** Tells whether a whole JSON value is of the kind. Absent: a text that the pattern fits. */
	readonly accepts?: (value: unknown) => boolean;
	/** Two numbers mean two different values. */
	readonly distinct?: boolean;
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";

const KINDS: Readonly<Record<string, Kind>> = {
	ms: {
		pattern: "-?\\d+",
		accepts: (value) => Number.isInteger(value) && Number(value) > 1e12,
	},
	jwt: { pattern: "[\\w-]+\\.[\\w-]+\\.[\\w-]+" },
	uuid: {
		pattern:
			"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
		distinct: true,
	},
	hex64: { pattern: "[0-9a-f]{64}", distinct: true },
	esid: { pattern: "[^/\\s]+", distinct: true },
	kuid: { pattern: "kuid-[\\w-]+", distinct: true },
	scroll: { pattern: "\\S+" },
	iso: { pattern: "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z" },
	httpdate: {
		pattern:
			"[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT",
	},
	node: { pattern: "\\S+" },
	text: { pattern: "[^]*", accepts: isText },
	string: { pattern: "[^]*", accepts: isText },
	number: { pattern: "-?\\d+(?:\\.\\d+)?", accepts: isNumber },
	"numeric-text": { pattern: "-?\\d+(?:\\.\\d+)?" },
	boolean: {
		pattern: "true|false",
		accepts: (value) => typeof value === "boolean",
	},
	object: {
		pattern: "",
		accepts: (value) =>
			typeof value === "object" && value !== null && !Array.isArray(value),
	},
	array: { pattern: "", accepts: Array.isArray },
	any: { pattern: "[^]*", accepts: () => true },
};

/** The values that the placeholders of one scenario stand for. */
export class Bindings {
	#values: Map<string, unknown>;

	constructor(values: Map<string, unknown> = new Map()) {
		this.#values = values;
	}

	/** An independent copy, for a comparison that may fail half-way. */
	fork(): Bindings {
		return new Bindings(new Map(this.#values));
	}

	/** Takes over what a fork has learnt. */
	adopt(fork: Bindings): void {
		this.#values = fork.#values;
	}

	has(name: string): boolean {
		return this.#values.has(name);
	}

	/** Puts values in place of placeholders, in texts, keys and below. Throws UnboundPlaceholder. */
	substitute(value: unknown): unknown {
		if (typeof value === "string") return this.#substituteText(value);
		if (Array.isArray(value)) return value.map((item) => this.substitute(item));
		if (typeof value !== "object" || value === null) return value;
		return Object.fromEntries(
			Object.entries(value).map(([key, item]) => [
				String(this.#substituteText(key)),
				this.substitute(item),
			]),
		);
	}

	/** Compares a text of a recording with a value, and learns the placeholders that are met for the first time. */
	accept(expected: string, actual: unknown): boolean {
		const whole = wholePlaceholder(expected);
		if (whole !== null) return this.#acceptWhole(whole, actual);
		if (typeof actual !== "string") return false;
		return this.#acceptText(expected, actual);
	}

	#substituteText(text: string): unknown {
		const whole = wholePlaceholder(text);
		if (whole !== null) return this.#valueOf(whole);
		return text.replace(PLACEHOLDER, (found, type: string, number) => {
			const placeholder = toPlaceholder(found, type, number);
			return placeholder === null ? found : String(this.#valueOf(placeholder));
		});
	}

	#valueOf(placeholder: Placeholder): unknown {
		if (!this.#values.has(placeholder.name))
			throw new UnboundPlaceholder(placeholder.name);
		return this.#values.get(placeholder.name);
	}

	#acceptWhole(placeholder: Placeholder, actual: unknown): boolean {
		const { kind } = placeholder;
		const fits = kind.accepts
			? kind.accepts(actual)
			: typeof actual === "string" &&
				new RegExp(`^(?:${kind.pattern})$`).test(actual);
		return fits && this.#bind(placeholder, actual);
	}

	#acceptText(expected: string, actual: string): boolean {
		const found: Placeholder[] = [];
		const pattern = expected.replace(
			/<[a-z][a-z0-9-]*(?::\d+)?>|[^<]+|</g,
			(part) => {
				const placeholder = wholePlaceholder(part);
				if (placeholder === null) return escapeRegExp(part);
				found.push(placeholder);
				return `(${placeholder.kind.pattern})`;
			},
		);
		const match = new RegExp(`^${pattern}$`).exec(actual);
		if (match === null) return false;
		return found.every((placeholder, i) =>
			this.#bind(placeholder, this.#asKnown(placeholder, match[i + 1])),
		);
	}

	/** What was met as a number stands in a text in writing. */
	#asKnown({ name }: Placeholder, text: string | undefined): unknown {
		return typeof this.#values.get(name) === "number" ? Number(text) : text;
	}

	#bind(placeholder: Placeholder, actual: unknown): boolean {
		if (!placeholder.numbered) return true;
		const { name, kind } = placeholder;
		if (this.#values.has(name)) return this.#values.get(name) === actual;
		if (kind.distinct && this.#isTaken(placeholder.type, actual)) return false;
		this.#values.set(name, actual);
		return true;
	}

	#isTaken(type: string, actual: unknown): boolean {
		for (const [name, value] of this.#values) {
			if (value === actual && name.startsWith(`<${type}:`)) return true;
		}
		return false;
	}
}

/** A request needs a value that no answer has held so far. */
export class UnboundPlaceholder extends Error {
	constructor(name: string) {
		super(`${name} is not known: no answer held it`);
	}
}

interface Placeholder {
	readonly name: string;
	readonly type: string;
	readonly kind: Kind;
	readonly numbered: boolean;
}

function wholePlaceholder(text: string): Placeholder | null {
	const match = /^<([a-z][a-z0-9-]*)(?::(\d+))?>$/.exec(text);
	return match === null
		? null
		: toPlaceholder(text, match[1] as string, match[2]);
}

/** Null for what only looks like one, such as a `<em>` of a highlight. */
function toPlaceholder(
	name: string,
	type: string,
	number: string | undefined,
): Placeholder | null {
	const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
	if (kind === undefined) return null;
	return { name, type, kind, numbered: number !== undefined };
}

function escapeRegExp(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
