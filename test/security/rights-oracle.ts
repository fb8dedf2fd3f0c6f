/*
 * The rules of who may do what (facts: security, §2), once more and without any cleverness: nothing is compiled, merged or
 * remembered. What the server decides is held against it.
 */

export interface Restriction {
	readonly index: string;
	readonly collections?: readonly string[];
}

/** A role's content and where it holds. */
export interface OraclePolicy {
	readonly controllers: Readonly<
		Record<string, { readonly actions: Readonly<Record<string, boolean>> }>
	>;
	readonly restrictedTo?: readonly Restriction[];
}

export interface OracleRequest {
	readonly controller: string;
	readonly action: string;
	readonly index?: string;
	readonly collection?: string;
	readonly targets?: readonly {
		readonly index?: string;
		readonly collections?: readonly string[];
	}[];
}

/** `policies` are those of all profiles of the user. */
export function oracleAllows(
	policies: readonly OraclePolicy[],
	request: OracleRequest,
	options: { readonly wholeIndexUnderCollections: boolean },
): boolean {
	const able = policies.filter((policy) => roleAllows(policy, request));
	if (able.length === 0) return false;
	const { controller, action, index, collection, targets = [] } = request;
	for (const target of targets) {
		if (target.index === undefined || target.collections === undefined)
			continue;
		for (const name of target.collections) {
			if (target.index.includes("*") || name.includes("*")) return false;
			const { index: place } = target;
			if (!able.some((policy) => holdsAt(policy, place, name))) return false;
		}
	}
	if (index === undefined) return true;
	const isWhole =
		controller === "index" &&
		action === "delete" &&
		!options.wholeIndexUnderCollections;
	return able.some((policy) =>
		isWhole ? holdsForAll(policy, index) : holdsAt(policy, index, collection),
	);
}

/** The entry of the exact name hides that of the wildcard, even if it says no. */
function roleAllows(
	{ controllers }: OraclePolicy,
	{ controller, action }: OracleRequest,
): boolean {
	const aliases =
		controller === "ms" || controller === "memoryStorage"
			? ["ms", "memoryStorage"]
			: [controller];
	for (const name of [...aliases, "*"]) {
		const entry = Object.entries(controllers).find(([key]) => key === name);
		if (entry === undefined) continue;
		const actions = new Map(Object.entries(entry[1].actions));
		return (actions.get(action) ?? actions.get("*")) === true;
	}
	return false;
}

/** A request that names no collection passes wherever the index is listed. */
function holdsAt(
	policy: OraclePolicy,
	index: string,
	collection: string | undefined,
): boolean {
	const names = collectionsAt(policy, index);
	if (names === "none") return false;
	return names === "all" || collection === undefined
		? true
		: names.includes(collection);
}

function holdsForAll(policy: OraclePolicy, index: string): boolean {
	return collectionsAt(policy, index) === "all";
}

/** Entries of one index are taken together; one that lists collections narrows one that does not. */
function collectionsAt(
	{ restrictedTo = [] }: OraclePolicy,
	index: string,
): "all" | "none" | readonly string[] {
	if (restrictedTo.length === 0) return "all";
	const own = restrictedTo.filter((restriction) => restriction.index === index);
	if (own.length === 0) return "none";
	const names = own.flatMap(({ collections = [] }) => collections);
	return names.length === 0 ? "all" : names;
}
