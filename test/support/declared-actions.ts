import type { AdminContext } from "../../controllers/admin/context.ts";
import { adminActions } from "../../controllers/admin/index.ts";
import { authActions } from "../../controllers/auth/index.ts";
import { bulkActions } from "../../controllers/bulk/index.ts";
import type { ClusterContext } from "../../controllers/cluster/context.ts";
import { clusterActions } from "../../controllers/cluster/index.ts";
import { collectionActions } from "../../controllers/collection/index.ts";
import type { DataContext } from "../../controllers/document/context.ts";
import { documentActions } from "../../controllers/document/index.ts";
import { indexActions } from "../../controllers/index/index.ts";
import { localPasswordActions } from "../../controllers/local-password/index.ts";
import type { RealtimeContext } from "../../controllers/realtime/context.ts";
import { realtimeActions } from "../../controllers/realtime/index.ts";
import { securityActions } from "../../controllers/security/index.ts";
import type { ServerContext } from "../../controllers/server/context.ts";
import { serverActions } from "../../controllers/server/index.ts";
import type { Action } from "../../src/action/define-action.ts";
import type { Security } from "../../src/security/security.ts";
import type { PasswordResets } from "../../src/security/strategies/password-resets.ts";

/** Every action's declaration, without a gateway behind it: to be read, not run. In the gateway's own order. */
export function declaredActions(): Action[] {
	const security = {} as Security;
	const data = {} as DataContext;
	return [
		...indexActions(data),
		...collectionActions(data),
		...documentActions(data),
		...bulkActions(data),
		...realtimeActions({} as RealtimeContext),
		...authActions(security),
		...securityActions(security),
		...localPasswordActions(security, {} as PasswordResets),
		...adminActions({ security } as AdminContext),
		...serverActions({} as ServerContext),
		...clusterActions({} as ClusterContext),
	];
}
