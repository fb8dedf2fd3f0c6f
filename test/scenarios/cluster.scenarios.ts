import assert from "node:assert/strict";
import { anyText, exactly, matching } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import { noRights } from "../support/scenario-rows.ts";

const status: ScenarioRequest = { action: "cluster:status", as: "admin" };
const date = matching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

/** The controller `cluster`, on one node; test/nodes has more. */
export const clusterScenarios: readonly Scenario[] = [
	{
		name: "cluster:status tells of the one node that there is",
		matrix: true,
		request: status,
		reply: {
			result: exactly({
				activeNodes: 1,
				nodes: [exactly({ id: anyText, address: anyText, birthdate: date })],
				activity: [
					exactly({ id: anyText, address: anyText, date, event: "joined" }),
				],
			}),
		},
		afterwards(_run, { result }) {
			const { nodes, activity } = result as Record<string, { id: string }[]>;
			assert.equal(nodes?.[0]?.id, activity?.[0]?.id);
		},
	},
	...noRights(status),
];
