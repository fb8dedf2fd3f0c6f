import { renderReference } from "../../src/action/render-reference.ts";
import { renderConfiguration } from "../../src/config/render-configuration.ts";
import { renderErrors } from "../../src/errors/render-errors.ts";
import { renderCompatibilityPage } from "../recordings/compatibility-page.ts";
import { differences } from "../recordings/differences.ts";
import { declaredActions } from "../support/declared-actions.ts";

/** The pages of docs/ that `npm run docs` writes, by their paths in the repository. They are never edited by hand. */
export function generatedPages(): Readonly<Record<string, string>> {
	return {
		"docs/actions.md": renderReference(declaredActions()),
		"docs/compatibility.md": renderCompatibilityPage(differences),
		"docs/configuration.md": renderConfiguration(),
		"docs/errors.md": renderErrors(),
	};
}
