/** Metres by unit. Without regard to case, as in Koncorde: `Mm` is a millimetre. */
const UNITS: ReadonlyMap<string, number> = new Map(
	Object.entries({
		m: 1,
		meter: 1,
		meters: 1,
		ft: 0.3048,
		feet: 0.3048,
		in: 0.0254,
		inch: 0.0254,
		inches: 0.0254,
		yd: 0.9144,
		yard: 0.9144,
		yards: 0.9144,
		mi: 1609.34,
		mile: 1609.34,
		miles: 1609.34,
	}),
);

const SYMBOLS: ReadonlyMap<string, number> = new Map(
	Object.entries({
		f: 1e-15,
		p: 1e-12,
		n: 1e-9,
		m: 1e-3,
		c: 1e-2,
		d: 0.1,
		da: 10,
		h: 100,
		k: 1000,
	}),
);

const PREFIXES: ReadonlyMap<string, number> = new Map(
	Object.entries({
		femto: 1e-15,
		pico: 1e-12,
		nano: 1e-9,
		micro: 1e-6,
		milli: 1e-3,
		centi: 1e-2,
		deci: 0.1,
		deca: 10,
		deka: 10,
		hecto: 100,
		kilo: 1000,
		mega: 1e6,
		giga: 1e9,
	}),
);

/**
 * Reads a distance such as `"1 000,5 ft"` or `"2 kilometers"`: a number and its unit, spaces dropped, with a point or a comma before the decimals.
 * In metres; null when it is none.
 */
export function readDistance(text: string): number | null {
	const found = /^(\d+(?:[.,]\d+)?|[.,]\d+)([a-z]+)$/i.exec(
		text.replace(/[\s_]/g, ""),
	);
	if (found === null) return null;
	const [, digits = "", unit = ""] = found;
	const factor = factorOf(unit.toLowerCase());
	return factor === null ? null : Number(digits.replace(",", ".")) * factor;
}

function factorOf(unit: string): number | null {
	const known = UNITS.get(unit);
	if (known !== undefined) return known;
	const [, prefix = "", base = ""] = /^(.*?)(meters?|m)$/.exec(unit) ?? [];
	return (base === "m" ? SYMBOLS : PREFIXES).get(prefix) ?? null;
}
