import { createError } from "../errors/gateway-error.ts";

/** The first majors that speak this API. Later ones pass; names that are not here pass. */
const MINIMUM_MAJORS: ReadonlyMap<string, number> = new Map([
	["js", 7],
	["csharp", 2],
	["cpp", 2],
	["java", 3],
	["android", 5],
	["go", 3],
	["php", 4],
]);

/**
 * Refuses SDKs of the API before this one, by what they say of themselves in `volatile`. Majors are compared as numbers
 * (Kuzzle compares the first character as text, and would refuse `js@10`).
 */
export function assertSdkVersion(
	volatile: Readonly<Record<string, unknown>> | null,
): void {
	if (volatile === null) return;
	const { sdkVersion, sdkName } = volatile;
	if (sdkVersion !== undefined && sdkVersion !== null && sdkVersion !== "") {
		throw createError(
			"api.process.incompatible_sdk_version",
			nameOf(sdkVersion),
			"Kuzzle v2",
		);
	}
	if (typeof sdkName !== "string") return;
	const [name = "", version = ""] = sdkName.split("@", 2);
	const minimum = MINIMUM_MAJORS.get(name);
	if (minimum === undefined) return;
	const major = Number.parseInt(version, 10);
	if (major < minimum) {
		throw createError(
			"api.process.incompatible_sdk_version",
			version.slice(0, 100),
			"Kuzzle v2",
		);
	}
}

/** For the message. An object is not asked for its text: the client decides what its `toString` is. */
function nameOf(version: unknown): string {
	return typeof version === "object"
		? "an object"
		: String(version).slice(0, 100);
}
