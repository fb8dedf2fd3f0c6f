import { isObject } from "../lib/json.ts";
import { METADATA } from "./metadata.ts";

/** The paths, with dots, of what an update was asked to change: of everything that is no object, metadata aside. */
export function updatedFields(
	changes: Readonly<Record<string, unknown>>,
): string[] {
	return pathsOf(changes, "").filter(
		(path) => path !== METADATA && !path.startsWith(`${METADATA}.`),
	);
}

function pathsOf(
	object: Readonly<Record<string, unknown>>,
	prefix: string,
): string[] {
	return Object.entries(object).flatMap(([name, value]) =>
		isObject(value) && Object.keys(value).length > 0
			? pathsOf(value, `${prefix}${name}.`)
			: [`${prefix}${name}`],
	);
}
