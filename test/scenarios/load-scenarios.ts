import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Scenario } from "../support/scenario.ts";

/** Every row of every table, by the name of the file that it stands in: whatever a `*.scenarios` file exports is a table. */
export async function loadScenarios(): Promise<
	ReadonlyMap<string, readonly Scenario[]>
> {
	const folder = import.meta.dirname;
	const files = readdirSync(folder).filter((file) =>
		/\.scenarios\.(js|ts)$/.test(file),
	);
	const tables = files.map(async (file): Promise<[string, Scenario[]]> => {
		const module: Record<string, readonly Scenario[]> = await import(
			pathToFileURL(path.join(folder, file)).href
		);
		return [file, Object.values(module).flat()];
	});
	return new Map(await Promise.all(tables));
}
