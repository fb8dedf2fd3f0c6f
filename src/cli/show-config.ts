import { maskConfig } from "../config.ts";
import type { Call } from "./commands.ts";
import { loadCallConfig } from "./load-call-config.ts";

/** `portico config` */
export async function showConfig(call: Call): Promise<number> {
	const { config, warnings } = loadCallConfig(call);
	for (const warning of warnings)
		call.world.stderr.write(`Warning: ${warning}\n`);
	call.world.stdout.write(`${JSON.stringify(maskConfig(config), null, 2)}\n`);
	return 0;
}
