const DIGITS = "0123456789bcdefghjkmnpqrstuvwxyz";

/** The sides of a geohash's cell, in degrees. */
export interface GeohashCell {
	readonly west: number;
	readonly east: number;
	readonly south: number;
	readonly north: number;
}

/** The cell of a geohash; null when a letter is none of its digits. Of longer ones the first `digitsMax` count. */
export function geohashCell(
	text: string,
	digitsMax: number,
): GeohashCell | null {
	let [west, east, south, north] = [-180, 180, -90, 90];
	let isEastWest = true;
	for (const letter of text.slice(0, digitsMax)) {
		const digit = DIGITS.indexOf(letter);
		if (digit === -1) return null;
		// Each digit halves the cell five times, by turns east to west and north to south.
		for (let bit = 16; bit >= 1; bit >>= 1) {
			const isUpper = (digit & bit) !== 0;
			const middle = isEastWest ? (west + east) / 2 : (south + north) / 2;
			if (isEastWest && isUpper) west = middle;
			else if (isEastWest) east = middle;
			else if (isUpper) south = middle;
			else north = middle;
			isEastWest = !isEastWest;
		}
	}
	return { west, east, south, north };
}
