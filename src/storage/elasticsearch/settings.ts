import type { JsonObject } from "../../lib/json.ts";
import { normalizeSettings, OWN_SETTINGS } from "../index-settings.ts";

/** The settings of an indice, as another can be made with them. */
export function reusableSettings(settings: JsonObject): JsonObject {
	const all = Object.entries(normalizeSettings(settings));
	return Object.fromEntries(
		all.filter(([name]) => !OWN_SETTINGS.includes(name)),
	);
}
