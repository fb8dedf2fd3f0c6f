import { isIP } from "node:net";
import { createError } from "../../errors/gateway-error.ts";
import type { CheckValue } from "../specification.ts";
import {
	type FieldType,
	readCount,
	readFlag,
	readNumberBounds,
} from "./field-type.ts";

/** Lengths are in UTF-16 code units, as JavaScript and Kuzzle count. */
export const string: FieldType = {
	options: ["length"],
	compile({ length }, field): CheckValue {
		const { min, max } = readNumberBounds(
			length,
			`${field}.typeOptions.length`,
			readCount,
		);
		return (value) => {
			if (typeof value !== "string") return "The value must be a text.";
			if (min !== null && value.length < min) {
				return `The text is shorter than ${min} characters.`;
			}
			if (max !== null && value.length > max) {
				return `The text is longer than ${max} characters.`;
			}
			return null;
		};
	},
};

export const enumeration: FieldType = {
	options: ["values"],
	compile({ values }): CheckValue {
		if (
			!Array.isArray(values) ||
			values.length === 0 ||
			!values.every((value) => typeof value === "string")
		) {
			throw createError("validation.types.missing_enum_values");
		}
		const known: ReadonlySet<unknown> = new Set(values);
		const message = `The value must be one of: ${toList(values)}.`;
		return (value) => (known.has(value) ? null : message);
	},
};

export const email: FieldType = written(
	isEmail,
	"The value must be an email address.",
);

export const ipAddress: FieldType = written(
	(text) => isIP(text) !== 0,
	"The value must be an IP address.",
);

export const url: FieldType = written(isUrl, "The value must be a URL.");

/** A text of a certain form, or an empty one where `notEmpty` does not say otherwise. */
function written(accepts: (text: string) => boolean, message: string) {
	return {
		options: ["notEmpty"],
		compile({ notEmpty }, field): CheckValue {
			const mayBeEmpty = !readFlag(notEmpty, `${field}.typeOptions.notEmpty`);
			return (value) => {
				if (typeof value !== "string") return message;
				if (value === "") return mayBeEmpty ? null : message;
				return accepts(value) ? null : message;
			};
		},
	} satisfies FieldType;
}

/** RFC 5321 §4.5.3.1: what is longer is no address. So the expressions below meet short texts only. */
const EMAIL_LENGTH_MAX = 254;
const LOCAL_LENGTH_MAX = 64;
const LOCAL = /^[^\s@"(),:;<>[\\\]]+$/u;
const DOMAIN_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** An address as people have them: quoted local parts and bare hosts are left out. */
function isEmail(text: string): boolean {
	if (text.length > EMAIL_LENGTH_MAX) return false;
	const at = text.lastIndexOf("@");
	const local = text.slice(0, at);
	if (at < 1 || local.length > LOCAL_LENGTH_MAX || !LOCAL.test(local)) {
		return false;
	}
	if (local.startsWith(".") || local.endsWith(".") || local.includes("..")) {
		return false;
	}
	const labels = text.slice(at + 1).split(".");
	return labels.length > 1 && labels.every((label) => DOMAIN_LABEL.test(label));
}

const URL_LENGTH_MAX = 8192;
const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "ftp:"]);

function isUrl(text: string): boolean {
	if (text.length > URL_LENGTH_MAX || /\s/.test(text)) return false;
	if (!/^[a-z]+:\/\//i.test(text) || !URL.canParse(text)) return false;
	const { protocol, hostname } = new URL(text);
	return SCHEMES.has(protocol) && hostname !== "";
}

const LISTED_MAX = 20;

function toList(values: readonly string[]): string {
	const listed = values
		.slice(0, LISTED_MAX)
		.map((value) => JSON.stringify(value));
	return [...listed, ...(values.length > LISTED_MAX ? ["…"] : [])].join(", ");
}
