import type { Difference } from "./difference.ts";

/** The page that tells a Kuzzle user what is not as they know it, as Markdown. */
export function renderCompatibilityPage(
	differences: readonly Difference[],
): string {
	return [
		"# Compatibility with Kuzzle",
		"",
		"Portico speaks the API of Kuzzle 2.56.0: its clients and tools work unchanged. Answers of a real Kuzzle were recorded, and are",
		"replayed against Portico by its tests. Actions that are not built yet answer `api.process.action_not_found`;",
		"`server:publicApi` lists those that are.",
		"",
		"What follows is different on purpose. This page is generated from `test/recordings/differences.ts` (`npm run docs`).",
		"",
		...differences.map(renderSection),
	].join("\n");
}

function renderSection(difference: Difference): string {
	return [
		`## ${difference.title}`,
		"",
		`- **Kuzzle:** ${difference.kuzzle}`,
		`- **Portico:** ${difference.portico}`,
		`- **Why:** ${difference.why}`,
		`- **Test:** \`${difference.test}\`${renderSteps(difference)}`,
		"",
	].join("\n");
}

function renderSteps({ steps = [] }: Difference): string {
	const scenarios = [...new Set(steps.map((row) => row.scenario))];
	const list = scenarios.map((scenario) => {
		const rows = steps.filter((row) => row.scenario === scenario);
		const numbers = [...new Set(rows.map((row) => row.step))];
		return `\`${scenario}\` step${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")}`;
	});
	return list.length === 0 ? "" : `, recording ${list.join("; ")}`;
}
