export interface OriginRules {
	/** http.accessControlAllowOrigin: origins, or "*" for all. */
	readonly allowed: readonly string[];
	/** http.accessControlAllowOriginUseRegExp: the entries are patterns. */
	readonly useRegExp: boolean;
}

/** Whether browsers at that origin may use the gateway. Throws on a malformed pattern. */
export function createOriginMatcher(
	rules: OriginRules,
): (origin: string) => boolean {
	if (rules.allowed.includes("*")) return () => true;
	if (!rules.useRegExp) {
		const origins = new Set(rules.allowed);
		return (origin) => origins.has(origin);
	}
	const patterns = rules.allowed.map((pattern) => new RegExp(pattern));
	return (origin) => patterns.some((pattern) => pattern.test(origin));
}
