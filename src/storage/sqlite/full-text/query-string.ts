/**
 * The language of `query_string`, as Lucene's classic parser reads it: AND, OR, NOT, `+`, `-`, groups, phrases, `field:word`,
 * ranges, wildcards and boosts. What is fuzzy (`~`) or a regular expression (`/…/`) is refused by name.
 */
import type { Query, RangeBounds } from "../../../search/query.ts";
import { badRequest } from "../field-types.ts";
import { unreadable } from "./query-string-errors.ts";
import { type QueryToken, queryTokens } from "./query-string-tokens.ts";

type Operator = "or" | "and";
type Occur = "must" | "should" | "mustNot";

/** How the parts of the text become queries, in the field that is named or in all. Undefined: the part has no words. */
export interface QueryParts {
	words(text: string, field: string | undefined): Query | undefined;
	phrase(text: string, field: string | undefined): Query | undefined;
	/** With `*` and `?`, those to be taken as they are behind a backslash. */
	pattern(text: string, field: string | undefined): Query;
	range(bounds: RangeBounds, field: string | undefined): Query;
}

interface Clause {
	occur: Occur;
	readonly query: Query;
}

const DEPTH_MAX = 32;
const CLAUSES_MAX = 1_024;

/** Undefined: there is nothing to look for. Throws `unexpected_bad_request` for what is not of the language. */
export function parseQueryString(
	text: string,
	defaultOperator: Operator,
	parts: QueryParts,
): Query | undefined {
	const parser = new Parser(queryTokens(text), defaultOperator, parts);
	const query = parser.group(undefined, 0);
	if (parser.next !== undefined) throw unreadable(text);
	return query;
}

class Parser {
	readonly #tokens: readonly QueryToken[];
	readonly #defaultOperator: Operator;
	readonly #parts: QueryParts;
	#at = 0;

	constructor(
		tokens: readonly QueryToken[],
		defaultOperator: Operator,
		parts: QueryParts,
	) {
		this.#tokens = tokens;
		this.#defaultOperator = defaultOperator;
		this.#parts = parts;
	}

	get next(): QueryToken | undefined {
		return this.#tokens[this.#at];
	}

	/** Clauses up to the end, or to the parenthesis that closes them. */
	group(field: string | undefined, depth: number): Query | undefined {
		if (depth > DEPTH_MAX)
			throw badRequest(`[query_string] nests deeper than ${DEPTH_MAX} groups`);
		const clauses: Clause[] = [];
		if (this.next?.kind === "and" || this.next?.kind === "or")
			throw unreadable(this.next.kind);
		while (this.next !== undefined && this.next.kind !== ")") {
			const conjunction = this.#take("and", "or");
			const modifier = this.#take("+", "-");
			const words = modifier || conjunction ? undefined : this.#wordsInRow();
			const query =
				words === undefined
					? this.#clause(field, depth)
					: this.#parts.words(words, field);
			this.#add(clauses, query, conjunction, modifier);
		}
		return toQuery(clauses);
	}

	/** The first of the kinds, where the next token is one of them. */
	#take<Kind extends QueryToken["kind"]>(...kinds: Kind[]): Kind | undefined {
		const kind = kinds.find((wanted) => wanted === this.next?.kind);
		if (kind !== undefined) this.#at++;
		return kind;
	}

	/** Words that follow each other are one text, but for one that an operator or a boost takes. */
	#wordsInRow(): string | undefined {
		const words: string[] = [];
		for (;;) {
			const token = this.#tokens[this.#at + words.length];
			const after = this.#tokens[this.#at + words.length + 1]?.kind;
			const isTaken =
				words.length > 0 &&
				(after === "and" || after === "or" || after === "^");
			if (token?.kind !== "word" || isTaken) break;
			words.push(token.text);
		}
		if (words.length < 2) return undefined;
		this.#at += words.length;
		return words.join(" ");
	}

	#clause(field: string | undefined, depth: number): Query | undefined {
		const token = this.next;
		this.#at++;
		const query = this.#toQuery(token, field, depth);
		const boost = this.next;
		if (boost?.kind !== "^") return query;
		this.#at++;
		return query && { ...query, boost: (query.boost ?? 1) * boost.boost };
	}

	#toQuery(
		token: QueryToken | undefined,
		field: string | undefined,
		depth: number,
	): Query | undefined {
		switch (token?.kind) {
			case "field": {
				const of = this.next;
				// A field has no field.
				if (of?.kind === "field") throw unreadable(of.text);
				this.#at++;
				return this.#toQuery(of, token.text, depth);
			}
			case "word":
			case "bare":
				return this.#parts.words(token.text, field);
			case "phrase":
				return this.#parts.phrase(token.text, field);
			case "pattern":
				return this.#parts.pattern(token.text, field);
			case "range":
				return this.#parts.range(token.bounds, field);
			case "all":
				return { kind: "match_all" };
			case "(": {
				const query = this.group(field, depth + 1);
				if (this.#take(")") === undefined) throw unreadable("(");
				return query;
			}
			default:
				throw unreadable(token?.kind ?? "the end");
		}
	}

	/** Of AND the clauses on both sides must match, whatever stands around them. */
	#add(
		clauses: Clause[],
		query: Query | undefined,
		conjunction: "and" | "or" | undefined,
		modifier: "+" | "-" | undefined,
	): void {
		const isAndByDefault = this.#defaultOperator === "and";
		const last = clauses.at(-1);
		if (last !== undefined && last.occur !== "mustNot") {
			if (conjunction === "and") last.occur = "must";
			else if (conjunction === "or" && isAndByDefault) last.occur = "should";
		}
		if (query === undefined) return;
		if (clauses.length >= CLAUSES_MAX)
			throw badRequest(
				`[query_string] takes ${CLAUSES_MAX} clauses in a group`,
			);
		const isRequired = isAndByDefault
			? conjunction !== "or"
			: modifier === "+" || conjunction === "and";
		clauses.push({
			occur: modifier === "-" ? "mustNot" : isRequired ? "must" : "should",
			query,
		});
	}
}

function toQuery(clauses: readonly Clause[]): Query | undefined {
	const [only] = clauses;
	if (only === undefined) return undefined;
	if (clauses.length === 1 && only.occur !== "mustNot") return only.query;
	const those = (occur: Occur) =>
		clauses
			.filter((clause) => clause.occur === occur)
			.map(({ query }) => query);
	return {
		kind: "bool",
		must: those("must"),
		filter: [],
		should: those("should"),
		mustNot: those("mustNot"),
	};
}
