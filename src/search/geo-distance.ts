const UNITS: ReadonlyMap<string, number> = new Map([
	["mm", 0.001],
	["millimeters", 0.001],
	["cm", 0.01],
	["centimeters", 0.01],
	["m", 1],
	["meters", 1],
	["km", 1000],
	["kilometers", 1000],
	["in", 0.0254],
	["inch", 0.0254],
	["ft", 0.3048],
	["feet", 0.3048],
	["yd", 0.9144],
	["yards", 0.9144],
	["mi", 1609.344],
	["miles", 1609.344],
	["NM", 1852],
	["nmi", 1852],
	["nauticalmiles", 1852],
]);

/** How many meters the unit has; undefined for an unknown one. */
export function metersOf(unit: string): number | undefined {
	return UNITS.get(unit);
}

/** Reads a distance such as `"1.5km"` as meters; a mere number counts in `unit`. Undefined for what is none. */
export function readDistance(value: unknown, unit = "m"): number | undefined {
	const match =
		typeof value === "number" || typeof value === "string"
			? DISTANCE.exec(String(value).trim())
			: null;
	if (match === null) return undefined;
	const factor = UNITS.get(match[2] || unit);
	const meters = Number(match[1]) * (factor ?? Number.NaN);
	return Number.isFinite(meters) ? meters : undefined;
}

const DISTANCE =
	/^([+-]?(?:\d{1,32}\.?\d{0,32}|\.\d{1,32})(?:[eE][+-]?\d{1,3})?)\s*([A-Za-z]*)$/;
