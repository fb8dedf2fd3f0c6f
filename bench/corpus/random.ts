/** From 0 up to 1, the same ones in the same order for the same seed. */
export type Random = () => number;

/** The generator "mulberry32" (public domain, by Tommy Ettinger): good enough for made-up documents, and fast. */
export function createRandom(seed: number): Random {
	let state = (seed * 0x9e3779b1) >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
	};
}
