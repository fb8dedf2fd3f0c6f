/**
 * The names under which Kuzzle keeps its collections in Elasticsearch (the storage facts, §1): one indice per
 * collection, and one alias by which it is always addressed. Only the alias tells which collection an indice holds.
 */
import type { Scope, Target } from "../storage.ts";

const SCOPE_SIGNS = { public: "&", private: "%" } as const;
const INDICE_BYTES_MAX = 255;

export interface Layout {
	/** The name that the collection's indice gets, unless it is taken. */
	indice(target: Target): string;
	/** The `n`th name to try when that one is taken. */
	indiceWithSuffix(target: Target, n: number): string;
	alias(target: Target): string;
	/** Marks an indice that was made for a collection and does not serve it: not yet, or no longer. */
	spareAlias(target: Target): string;
	/** The alias of an indice that lacks one. */
	aliasOfIndice(indice: string): string;
	/** Matches the aliases of a scope or, given its name, of one index. */
	aliasPattern(scope: Scope, index?: string): string;
	/** Matches all indices of a scope, with or without alias. */
	indicePattern(scope: Scope): string;
	/** Null for an alias that is none of ours. */
	parse(alias: string): Target | null;
}

/** An alias that names a collection, of this gateway or of another. */
export function isCollectionAlias(alias: string): boolean {
	return alias.startsWith("@");
}

const SPARE = "spare";

/** As `Layout.spareAlias` makes it, of any gateway. */
export function isSpareAlias(alias: string): boolean {
	return alias.startsWith(`${SPARE}@`);
}

export function createLayout(namespace: string): Layout {
	const prefix = (scope: Scope) => `${namespace}${SCOPE_SIGNS[scope]}`;
	const indice = ({ scope, index, collection }: Target) =>
		`${prefix(scope)}${index}.${collection}`;
	return {
		indice,
		indiceWithSuffix(target, n) {
			const suffix = `.${n}`;
			return `${cut(indice(target), INDICE_BYTES_MAX - suffix.length)}${suffix}`;
		},
		alias: (target) => `@${indice(target)}`,
		spareAlias: (target) => `${SPARE}@${indice(target)}`,
		aliasOfIndice: (name) => `@${name}`,
		aliasPattern: (scope, index) =>
			`@${prefix(scope)}${index === undefined ? "*" : `${index}.*`}`,
		indicePattern: (scope) => `${prefix(scope)}*`,
		parse(alias) {
			for (const scope of ["public", "private"] as const) {
				const start = `@${prefix(scope)}`;
				const dot = alias.indexOf(".", start.length);
				if (!alias.startsWith(start) || dot === -1) continue;
				return {
					scope,
					index: alias.slice(start.length, dot),
					collection: alias.slice(dot + 1),
				};
			}
			return null;
		},
	};
}

/** The longest beginning of so many UTF-8 bytes that ends between two characters. */
function cut(text: string, bytesMax: number): string {
	const bytes = Buffer.from(text);
	if (bytes.length <= bytesMax) return text;
	let end = bytesMax;
	// 10xxxxxx is the inside of a character (RFC 3629 §3).
	while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
	return bytes.subarray(0, end).toString();
}
