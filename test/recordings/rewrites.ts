import { isObject } from "../../src/lib/json.ts";
import type { Recording } from "./recording.ts";

/** Placeholders of our own count from here, out of the way of the recorded ones. */
const OWN_NUMBERS_FROM = 900;

/** Wherever an API key is shown, `hash` stands beside its fingerprint, with the same value. */
export function withHash(recording: Recording): Recording {
	return mapObjects(recording, (members) =>
		typeof members.fingerprint === "string"
			? { ...members, hash: members.fingerprint }
			: members,
	);
}

/** In the reference two keys made within a second are one token, and so have one fingerprint; ours have one each. */
export function withDistinctFingerprints(recording: Recording): Recording {
	const owners = new Map<string, string>();
	const ofKey = new Map<string, string>();
	const distinct = (id: string, fingerprint: string): string => {
		const own = ofKey.get(id);
		if (own !== undefined) return own;
		const isFirst = !owners.has(fingerprint);
		const placeholder = isFirst
			? fingerprint
			: `<hex64:${OWN_NUMBERS_FROM + ofKey.size}>`;
		owners.set(placeholder, id);
		ofKey.set(id, placeholder);
		return placeholder;
	};
	return mapObjects(recording, (members) => {
		const { _id: id, _source: key } = members;
		if (typeof id !== "string" || !isObject(key)) return members;
		if (typeof key.fingerprint !== "string") return members;
		const fingerprint = distinct(id, key.fingerprint);
		return { ...members, _source: { ...key, fingerprint } };
	});
}

type Members = Record<string, unknown>;

/** Rebuilds a JSON value with every object in it changed, outermost first. */
function mapObjects<T>(value: T, change: (members: Members) => Members): T {
	const visit = (node: unknown): unknown => {
		if (Array.isArray(node)) return node.map(visit);
		if (!isObject(node)) return node;
		return Object.fromEntries(
			Object.entries(change(node)).map(([key, item]) => [key, visit(item)]),
		);
	};
	return visit(value) as T;
}
