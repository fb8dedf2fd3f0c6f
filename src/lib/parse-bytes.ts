/**
 * Reads a size as Kuzzle's configuration writes it: a number of bytes, or text such as "1MB", "512 kb" or "1.5GB".
 * Units count in 1024s. Answers whole bytes, or null when it is not a size.
 */
export function parseBytes(size: string | number): number | null {
	if (typeof size === "number") return whole(size);
	const match = /^(\d{1,15}(?:\.\d{1,6})?) ?(b|kb|mb|gb|tb)?$/i.exec(
		size.trim(),
	);
	if (match === null) return null;
	const unit = (match[2] ?? "b").toLowerCase();
	return whole(Number(match[1]) * 1024 ** UNITS.indexOf(unit));
}

const UNITS = ["b", "kb", "mb", "gb", "tb"];

function whole(bytes: number): number | null {
	const floor = Math.floor(bytes);
	return Number.isSafeInteger(floor) && floor >= 0 ? floor : null;
}
