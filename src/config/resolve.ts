import { didYouMean } from "../lib/did-you-mean.ts";
import { type ConfigIssue, showValue } from "./config-error.ts";
import {
	convertMembers,
	convertText,
	NotJson,
	parseMarked,
} from "./convert-text.ts";
import { isPlainObject } from "./copy-frozen.ts";
import { isKey, type Key, type KeyGroup } from "./key.ts";
import type { Source } from "./sources.ts";

export interface Resolved {
	/** A complete tree in the table's shape. */
	readonly values: Record<string, unknown>;
	/** Where each key that somebody set was last set; members of an object one by one, by their full paths. */
	readonly given: ReadonlyMap<string, string>;
	readonly issues: readonly ConfigIssue[];
	/** Sentences for the operator. */
	readonly warnings: readonly string[];
}

/** Lays the sources over the defaults of the table, later ones winning, and checks what results. */
export function resolve(table: KeyGroup, sources: readonly Source[]): Resolved {
	const resolution = new Resolution(table);
	for (const source of sources) resolution.add(source);
	return resolution.finish();
}

/** Names that would reach an object's own machinery. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([
	"__proto__",
	"constructor",
]);

interface Collected {
	readonly key: Key<unknown>;
	readonly value: unknown;
	readonly source: string;
}

class Resolution {
	readonly #table: KeyGroup;
	readonly #collected = new Map<string, Collected>();
	readonly #given = new Map<string, string>();
	readonly #issues: ConfigIssue[] = [];
	readonly #warnings = new Set<string>();
	#knownPaths: readonly string[] | undefined;

	constructor(table: KeyGroup) {
		this.#table = table;
	}

	add(source: Source): void {
		if (isPlainObject(source.values))
			this.#visit(this.#table, source.values, [], source);
	}

	finish(): Resolved {
		const values = this.#fill(this.#table, []);
		return {
			values,
			given: this.#given,
			issues: this.#issues,
			warnings: [...this.#warnings],
		};
	}

	#visit(
		group: KeyGroup,
		values: object,
		above: readonly string[],
		source: Source,
	): void {
		for (const [name, value] of Object.entries(values) as [string, unknown][]) {
			const path = [...above, name];
			const node = FORBIDDEN_NAMES.has(name) ? undefined : find(group, name);
			if (FORBIDDEN_NAMES.has(name)) this.#refuseName(path, source);
			else if (node === undefined) this.#warnUnknown(path, source);
			else if (isKey(node)) this.#take(node, path, value, source);
			else this.#enter(node, path, value, source);
		}
	}

	#enter(
		group: KeyGroup,
		path: readonly string[],
		value: unknown,
		source: Source,
	): void {
		const inner = this.#orIssue(
			path,
			source,
			() => parseMarked(value) ?? value,
		);
		if (inner === undefined) return;
		if (isPlainObject(inner)) this.#visit(group, inner, path, source);
		else
			this.#refuse(
				path,
				inner,
				`a group of keys (${listNames(group)})`,
				source.name,
			);
	}

	#take(
		key: Key<unknown>,
		path: readonly string[],
		raw: unknown,
		source: Source,
	): void {
		if (holdsForbiddenName(raw)) {
			this.#refuseName(path, source);
			return;
		}
		const value = this.#orIssue(path, source, () =>
			convert(key, path, raw, source),
		);
		if (value === undefined) return;
		const dotted = path.join(".");
		const below = this.#collected.get(dotted)?.value ?? key.default;
		const merged = key.merges ? mergeDeep(below, value) : value;
		this.#collected.set(dotted, { key, value: merged, source: source.name });
		for (const leaf of listLeaves(dotted, key.merges ? value : null))
			this.#given.set(leaf, source.name);
		if (key.status === "notYet")
			this.#warnings.add(
				`${dotted} (${source.name}) is a Kuzzle key that this release does not honour yet.`,
			);
		if (key.status === "inert")
			this.#warnings.add(
				`${dotted} (${source.name}) has no effect. ${key.doc}`,
			);
	}

	/** Undefined when the work found text that is not the JSON that it claims to be; that is noted. */
	#orIssue(
		path: readonly string[],
		source: Source,
		work: () => unknown,
	): unknown {
		try {
			return work();
		} catch (error) {
			if (!(error instanceof NotJson)) throw error;
			const key = path.join(".");
			this.#issues.push({
				key,
				expected: "JSON after *json:",
				source: source.name,
			});
			return;
		}
	}

	#fill(group: KeyGroup, above: readonly string[]): Record<string, unknown> {
		const values: Record<string, unknown> = {};
		for (const [name, node] of Object.entries(group)) {
			if (name === "*") continue;
			const path = [...above, name];
			values[name] = isKey(node)
				? this.#final(node, path)
				: this.#fill(node, path);
		}
		return values;
	}

	#final(key: Key<unknown>, path: readonly string[]): unknown {
		const collected = this.#collected.get(path.join("."));
		if (collected === undefined) return key.default;
		const value = key.read(collected.value);
		if (value === undefined)
			this.#refuse(path, collected.value, key.expects, collected.source);
		return value;
	}

	#refuse(
		path: readonly string[],
		value: unknown,
		expected: string,
		source: string,
	): void {
		const key = path.join(".");
		this.#issues.push({ key, value: showValue(key, value), expected, source });
	}

	#refuseName(path: readonly string[], source: Source): void {
		this.#issues.push({
			key: path.join("."),
			expected: "no key called __proto__ or constructor",
			source: source.name,
		});
	}

	#warnUnknown(path: readonly string[], source: Source): void {
		const dotted = path.join(".");
		this.#knownPaths ??= listPaths(this.#table, "");
		const meant =
			didYouMean(dotted, this.#knownPaths) ??
			this.#knownPaths
				.filter((known) => known.endsWith(`.${path.at(-1)}`))
				.sort((a, b) => a.length - b.length)[0];
		const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
		this.#warnings.add(
			`${dotted} (${source.name}) is not a key that this release knows.${hint}`,
		);
	}
}

function find(
	group: KeyGroup,
	name: string,
): Key<unknown> | KeyGroup | undefined {
	if (name !== "*" && Object.hasOwn(group, name)) return group[name];
	return Object.hasOwn(group, "*") ? group["*"] : undefined;
}

function convert(
	key: Key<unknown>,
	path: readonly string[],
	raw: unknown,
	source: Source,
): unknown {
	const name = path.at(-1) ?? "";
	if (typeof raw === "string") return convertText(raw, name, key);
	return key.merges && source.textOnly && isPlainObject(raw)
		? convertMembers(raw, key)
		: raw;
}

function mergeDeep(below: unknown, above: unknown): unknown {
	if (!isPlainObject(below) || !isPlainObject(above)) return above;
	const merged: Record<string, unknown> = { ...below };
	for (const [name, value] of Object.entries(above))
		merged[name] = mergeDeep(merged[name], value);
	return merged;
}

function holdsForbiddenName(value: unknown): boolean {
	if (Array.isArray(value)) return value.some(holdsForbiddenName);
	if (!isPlainObject(value)) return false;
	return Object.entries(value).some(
		([name, member]) => FORBIDDEN_NAMES.has(name) || holdsForbiddenName(member),
	);
}

/** The paths of the values in an object, or the path itself for anything else. */
function listLeaves(path: string, value: unknown): string[] {
	if (!isPlainObject(value)) return [path];
	return Object.entries(value).flatMap(([name, member]) =>
		listLeaves(`${path}.${name}`, member),
	);
}

function listPaths(group: KeyGroup, above: string): string[] {
	return Object.entries(group).flatMap(([name, node]) => {
		if (name === "*") return [];
		const path = `${above}${name}`;
		return isKey(node) ? [path] : [path, ...listPaths(node, `${path}.`)];
	});
}

function listNames(group: KeyGroup): string {
	const names = Object.keys(group).filter((name) => name !== "*");
	return names.length > 5
		? `${names.slice(0, 5).join(", ")}, …`
		: names.join(", ");
}
