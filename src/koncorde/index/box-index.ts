import type { Box, Point } from "../filter.ts";
import { nearTo } from "../sphere.ts";
import { Buckets } from "./buckets.ts";

/** Widths of the cells, in degrees, each a quarter of the one before. The finest is some seven metres. */
const WIDTHS: readonly number[] = Array.from(
	{ length: 11 },
	(_, level) => 64 / 4 ** level,
);
/** A box lies in so many cells at most, in each direction. */
const CELLS_MAX = 3;

/**
 * Boxes by the cells of a grid, each box in the finest grid in which it lies in a few cells. A point looks into one cell of each grid. Boxes
 * that are larger than all that are met by every point.
 */
export class BoxIndex<T> {
	readonly #grids = WIDTHS.map(() => new Buckets<number, T>());
	readonly #large = new Set<T>();

	get isEmpty(): boolean {
		return this.#large.size === 0 && this.#grids.every((grid) => grid.isEmpty);
	}

	add(box: Box, entry: T): void {
		const level = levelOf(box);
		if (level === -1) this.#large.add(entry);
		else
			for (const cell of cellsOf(box, level))
				this.#grids[level]?.add(cell, entry);
	}

	delete(box: Box, entry: T): void {
		const level = levelOf(box);
		if (level === -1) this.#large.delete(entry);
		else
			for (const cell of cellsOf(box, level))
				this.#grids[level]?.delete(cell, entry);
	}

	/** Shows `meet` the entries whose box may hold the point. */
	meet(point: Point, meet: (entry: T) => void): void {
		for (const entry of this.#large) meet(entry);
		const lon = nearTo(point.lon, 0);
		for (const [level, grid] of this.#grids.entries())
			if (!grid.isEmpty) grid.meet(cellOf(point.lat, lon, level), meet);
	}
}

function levelOf({ top, left, bottom, right }: Box): number {
	if (left < -180 || right > 180) return -1;
	return WIDTHS.findLastIndex(
		(width) =>
			cellsAcross(bottom, top, width) <= CELLS_MAX &&
			cellsAcross(left, right, width) <= CELLS_MAX,
	);
}

function cellsAcross(from: number, to: number, width: number): number {
	return Math.floor(to / width) - Math.floor(from / width) + 1;
}

function cellsOf({ top, left, bottom, right }: Box, level: number): number[] {
	const width = WIDTHS[level] as number;
	const cells: number[] = [];
	for (
		let lat = Math.floor(bottom / width);
		lat <= Math.floor(top / width);
		lat++
	)
		for (
			let lon = Math.floor(left / width);
			lon <= Math.floor(right / width);
			lon++
		)
			cells.push(numberOf(lat, lon));
	return cells;
}

function cellOf(lat: number, lon: number, level: number): number {
	const width = WIDTHS[level] as number;
	return numberOf(Math.floor(lat / width), Math.floor(lon / width));
}

/** One number for both: in the finest grid there are less than six million cells around the Earth. */
function numberOf(lat: number, lon: number): number {
	return lat * CELLS_AROUND + lon;
}

const CELLS_AROUND = 2 ** 23;
