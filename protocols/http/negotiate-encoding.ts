export type Encoding = "identity" | "gzip" | "deflate";

/** How many Accept-Encoding texts are remembered; clients send few different ones. */
const REMEMBERED_MAX = 100;

/** Answers what an Accept-Encoding header asks for, remembering the answers. */
export function createEncodingNegotiator(
	allowCompression: boolean,
): (accepted: string | undefined) => Encoding {
	if (!allowCompression) return () => "identity";
	const known = new Map<string, Encoding>();
	return (accepted) => {
		if (accepted === undefined) return "identity";
		let encoding = known.get(accepted);
		if (encoding === undefined) {
			encoding = negotiateEncoding(accepted);
			if (known.size < REMEMBERED_MAX) known.set(accepted, encoding);
		}
		return encoding;
	};
}

/**
 * gzip or deflate, whichever has the higher q-value (gzip where they are equal), unless identity is named with a higher one.
 * As recorded, `*` asks for nothing, an unreadable q-value takes its encoding out, and q=0 does not.
 */
function negotiateEncoding(accepted: string): Encoding {
	let best: Encoding = "identity";
	let bestQuality = -1;
	for (const [encoding, quality] of qualities(accepted)) {
		const better =
			quality > bestQuality ||
			(quality === bestQuality && rank(encoding) > rank(best));
		if (!better) continue;
		best = encoding;
		bestQuality = quality;
	}
	return best;
}

function rank(encoding: Encoding): number {
	return encoding === "gzip" ? 2 : encoding === "deflate" ? 1 : 0;
}

function* qualities(accepted: string): Generator<[Encoding, number]> {
	for (const part of accepted.split(",")) {
		const [name = "", ...parameters] = part.split(";");
		const encoding = name.trim().toLowerCase();
		if (
			encoding !== "gzip" &&
			encoding !== "deflate" &&
			encoding !== "identity"
		) {
			continue;
		}
		const quality = qualityOf(parameters);
		if (!Number.isNaN(quality)) yield [encoding, quality];
	}
}

function qualityOf(parameters: readonly string[]): number {
	for (const parameter of parameters) {
		const [name, value] = parameter.split("=");
		if (name?.trim().toLowerCase() === "q") {
			return value?.trim() ? Number(value) : Number.NaN;
		}
	}
	return 1;
}
