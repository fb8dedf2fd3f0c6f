import { refused } from "./refused.ts";

/** A double as Java writes it (`1.0`, `1.0E10`), which is how Elasticsearch makes keys of numbers. */
export function toJavaDouble(value: number): string {
	const size = Math.abs(value);
	if (size === 0 || (size >= 1e-3 && size < 1e7))
		return Number.isInteger(value)
			? `${Object.is(value, -0) ? "-0" : value}.0`
			: String(value);
	const [digits = "", exponent = ""] = value.toExponential().split("e");
	return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}

const PATTERN =
	/^([^#0,.%E'\u00a4\u2030;]*)([#,]*[0,]*)(?:\.(0*)(#*))?(%?)([^#0,.%E'\u00a4\u2030;]*)$/;

/**
 * How a pattern of Java's DecimalFormat writes a number: `0.00`, `#,##0.###`, `$0`, `0%`. Throws `invalid_query_keyword`
 * for the parts of that language that are not known here.
 */
export function numberFormat(pattern: string): (value: number) => string {
	const match = PATTERN.exec(pattern);
	const [, prefix = "", whole = "", fixed = "", optional = "", percent = ""] =
		match ?? [];
	const suffix = match?.[6] ?? "";
	if (match === null || (whole === "" && fixed === ""))
		throw refused(`format: ${pattern}`);
	const comma = whole.lastIndexOf(",");
	const group = comma < 0 ? 0 : whole.length - comma - 1;
	const digitsMin = whole.replaceAll(/[^0]/g, "").length;
	return (value) => {
		const scaled = percent === "" ? value : value * 100;
		const text = roundHalfEven(
			Math.abs(scaled),
			fixed.length + optional.length,
		);
		const [integer = "", fraction = ""] = text.split(".");
		const kept = trimZeros(fraction, fixed.length);
		const digits = integer.replace(/^0+/, "").padStart(digitsMin, "0");
		const sign = scaled < 0 && /[1-9]/.test(text) ? "-" : isMinusZero(scaled);
		return `${sign}${prefix}${groups(digits, group)}${kept === "" ? "" : `.${kept}`}${percent}${suffix}`;
	};
}

/** Java keeps the sign of what was rounded to zero. */
function isMinusZero(value: number): string {
	return value < 0 || Object.is(value, -0) ? "-" : "";
}

function trimZeros(fraction: string, lengthMin: number): string {
	let length = fraction.length;
	while (length > lengthMin && fraction[length - 1] === "0") length--;
	return fraction.slice(0, length);
}

function groups(digits: string, size: number): string {
	if (size === 0) return digits;
	let text = digits;
	for (let at = digits.length - size; at > 0; at -= size)
		text = `${text.slice(0, at)},${text.slice(at)}`;
	return text;
}

/** `toFixed` rounds a tie up. */
function roundHalfEven(value: number, digits: number): string {
	const scale = 10 ** digits;
	const scaled = value * scale;
	const floor = Math.floor(scaled);
	const isTie = scaled - floor === 0.5 && scaled / scale === value;
	return isTie && floor % 2 === 0
		? (floor / scale).toFixed(digits)
		: value.toFixed(digits);
}
