import type { CatalogueEntry } from "./define-error.ts";
import { apiErrors } from "./domains/api.ts";
import { coreErrors } from "./domains/core.ts";
import { networkErrors } from "./domains/network.ts";
import { pluginExtendingErrors } from "./domains/plugin-extending.ts";
import { pluginLoadingErrors } from "./domains/plugin-loading.ts";
import { porticoErrors } from "./domains/portico.ts";
import { protocolAndClusterErrors } from "./domains/protocol-and-cluster.ts";
import { securityErrors } from "./domains/security.ts";
import { servicesErrors } from "./domains/services.ts";
import { storageErrors } from "./domains/storage.ts";
import { validationErrors } from "./domains/validation.ts";

export type { CatalogueEntry, ErrorClass } from "./define-error.ts";

/**
 * Every failure that a client can be told about by id: Kuzzle's 281 ids with its codes and classes
 * (messages are our own), and ours.
 */
export const catalogue = {
	...coreErrors,
	...storageErrors,
	...servicesErrors,
	...apiErrors,
	...networkErrors,
	...pluginLoadingErrors,
	...pluginExtendingErrors,
	...validationErrors,
	...protocolAndClusterErrors,
	...securityErrors,
	...porticoErrors,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorId = keyof typeof catalogue;
