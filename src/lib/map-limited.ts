/**
 * Runs the task for each item, at most `atOnce` at a time, and answers the results in the items' order. After a failure no
 * new task begins; it rejects with the first failure once those under way have ended.
 */
export async function mapLimited<T, R>(
	items: readonly T[],
	atOnce: number,
	task: (item: T, position: number) => Promise<R>,
): Promise<R[]> {
	const results: R[] = [];
	const failures: unknown[] = [];
	let next = 0;
	const run = async () => {
		while (next < items.length && failures.length === 0) {
			const position = next++;
			try {
				results[position] = await task(items[position] as T, position);
			} catch (error) {
				failures.push(error);
			}
		}
	};
	const runners = Array.from({ length: Math.min(atOnce, items.length) }, run);
	await Promise.all(runners);
	if (failures.length > 0) throw failures[0];
	return results;
}
