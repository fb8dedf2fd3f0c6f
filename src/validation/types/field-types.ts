import { isObject } from "../../lib/json.ts";
import { date } from "./date.ts";
import { type FieldType, plain } from "./field-type.ts";
import { geoPoint, geoShape } from "./geo.ts";
import { integer, numeric } from "./numbers.ts";
import { email, enumeration, ipAddress, string, url } from "./texts.ts";

const OBJECT = plain(isObject, "The value must be an object.");

/** Every type of a specification, by its name. */
export const fieldTypes: ReadonlyMap<string, FieldType> = new Map([
	["anything", { ...plain(() => true, ""), takesArrays: true }],
	["boolean", plain(isBoolean, "The value must be true or false.")],
	["date", date],
	["email", email],
	["enum", enumeration],
	["geo_point", geoPoint],
	["geo_shape", geoShape],
	["integer", integer],
	["ip_address", ipAddress],
	["numeric", numeric],
	// Its option is read where the members are.
	["object", { ...OBJECT, options: ["strict"], hasMembers: true }],
	["string", string],
	["url", url],
]);

function isBoolean(value: unknown): boolean {
	return typeof value === "boolean";
}
