import {
	flag,
	integer,
	optionalString,
	refresh,
	string,
} from "../../src/action/args.ts";
import { content, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	anyObject,
	arrayOf,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import type { Security } from "../../src/security/security.ts";
import {
	hitsShape,
	idsBody,
	nextPageArgs,
	rightsShape,
	scrollArg,
	scrolledShape,
	searchArgs,
	searchBody,
} from "./shapes.ts";

const profileResult = objectOf({
	_id: text("The profile's id."),
	_source: anyObject("The profile's content: {policies, rateLimit, …}."),
});
const _id = string("path", "The profile's id.");
const writeArgs = {
	_id,
	refresh: refresh("wait_for"),
	strict: flag("The indexes and collections of restrictions must exist."),
};
const members = {
	policies: arrayOf(
		anyObject("{roleId, restrictedTo?: [{index, collections?: []}]}", {
			roleId: "default",
		}),
	),
	rateLimit: whole("Requests per second and user; 0 is unlimited.", 0),
};
const profileBody = content("The profile.", members);

export const createProfile = (security: Security) =>
	defineAction({
		name: "security:createProfile",
		summary: "Writes a new profile: which roles it holds, and where.",
		http: ["POST /profiles/:_id/_create"],
		args: writeArgs,
		body: profileBody,
		result: profileResult,
		handler: ({ args: { _id: id, ...options }, body, signal }) =>
			security.profiles.create(id, body, { ...options, signal: signal() }),
	});

export const createOrReplaceProfile = (security: Security) =>
	defineAction({
		name: "security:createOrReplaceProfile",
		summary: "Writes a profile: which roles it holds, and where.",
		http: ["PUT /profiles/:_id"],
		args: writeArgs,
		body: profileBody,
		result: profileResult,
		handler: ({ args: { _id: id, ...options }, body, signal }) =>
			security.profiles.createOrReplace(id, body, {
				...options,
				signal: signal(),
			}),
	});

export const updateProfile = (security: Security) =>
	defineAction({
		name: "security:updateProfile",
		summary: "Changes what is given of a profile, and keeps the rest.",
		http: ["PUT /profiles/:_id/_update"],
		args: {
			...writeArgs,
			retryOnConflict: integer(
				"How often to try anew when another change comes in between.",
				10,
			),
		},
		body: content("What to change of the profile.", members),
		result: profileResult,
		handler: ({ args: { _id: id, ...options }, body, signal }) =>
			security.profiles.update(id, body, { ...options, signal: signal() }),
	});

export const getProfile = (security: Security) =>
	defineAction({
		name: "security:getProfile",
		summary: "Reads a profile.",
		http: ["GET /profiles/:_id"],
		args: { _id },
		body: none,
		result: profileResult,
		handler: ({ args, signal }) => security.profiles.read(args._id, signal()),
	});

export const mGetProfiles = (security: Security) =>
	defineAction({
		name: "security:mGetProfiles",
		summary: "Reads several profiles; one that is missing fails all.",
		http: ["POST /profiles/_mGet"],
		args: {},
		body: idsBody,
		result: hitsShape(profileResult),
		async handler({ body, signal }) {
			security.assertReads(body.ids.length);
			return { hits: await security.profiles.mGet(body.ids, signal()) };
		},
	});

export const getProfileRights = (security: Security) =>
	defineAction({
		name: "security:getProfileRights",
		summary: "Lists what a profile allows and denies.",
		http: ["GET /profiles/:_id/_rights"],
		args: { _id },
		body: none,
		result: rightsShape,
		async handler({ args, signal }) {
			const profile = await security.profiles.get(args._id, signal());
			const hits = await security.rights.list([profile._id]);
			return { hits, total: hits.length };
		},
	});

export const searchProfiles = (security: Security) =>
	defineAction({
		name: "security:searchProfiles",
		summary: "Searches profiles.",
		http: ["POST /profiles/_search"],
		args: { ...searchArgs, scroll: scrollArg },
		body: searchBody({
			roles: arrayOf(
				text("A role's id."),
				"In place of a query: profiles that name one of them. A query on `policies.roleId` does the same.",
			),
		}),
		result: scrolledShape(profileResult),
		handler: ({ args, body, signal }) =>
			security.searches.search("profiles", {
				...args,
				body,
				signal: signal(),
			}),
	});

export const scrollProfiles = (security: Security) =>
	defineAction({
		name: "security:scrollProfiles",
		summary: "Reads the next page of a search of profiles.",
		http: ["GET /profiles/_scroll/:scrollId"],
		args: nextPageArgs,
		body: none,
		result: scrolledShape(profileResult),
		handler: ({ args: { scrollId, scroll }, signal }) =>
			security.searches.scroll("profiles", scrollId, scroll, signal()),
	});

export const deleteProfile = (security: Security) =>
	defineAction({
		name: "security:deleteProfile",
		summary: "Deletes a profile that nobody holds.",
		http: ["DELETE /profiles/:_id"],
		args: {
			_id,
			refresh: refresh("wait_for"),
			onAssignedUsers: optionalString(
				"`remove` takes the profile from its users first; who is left without any gets `anonymous`. Default `fail`: a profile that users hold is not deleted.",
			),
		},
		body: none,
		result: objectOf({ _id: text("The profile's id.") }),
		async handler({ args, caller, signal }) {
			await security.deleteProfile(args._id, {
				refresh: args.refresh,
				remove: args.onAssignedUsers === "remove",
				caller: caller.kuid,
				signal: signal(),
			});
			return { _id: args._id };
		},
	});
