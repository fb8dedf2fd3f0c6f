/** What the HTTP protocol is told; beside each its configuration key. */
export interface HttpConfig {
	/** server.maxRequestSize, in bytes: of a body as sent, and of what it inflates to. */
	readonly requestBytesMax: number;
	/** server.protocols.http.maxFormFileSize, in bytes: of one file of a multipart form. */
	readonly formFileBytesMax: number;
	/** server.protocols.http.maxEncodingLayers */
	readonly encodingLayersMax: number;
	/** server.protocols.http.allowCompression: of requests and of answers. */
	readonly allowCompression: boolean;
	/** server.protocols.http.additionalContentTypes: read as JSON. */
	readonly additionalContentTypes: readonly string[];
	/** http.accessControlAllowOrigin */
	readonly allowedOrigins: readonly string[];
	/** http.accessControlAllowOriginUseRegExp */
	readonly allowedOriginsAreRegExps: boolean;
	/** http.accessControlAllowMethods */
	readonly allowedMethods: string;
	/** http.accessControlAllowHeaders */
	readonly allowedHeaders: string;
	/** http.cookieAuthentication */
	readonly cookieAuthentication: boolean;
	/** security.tokenInUrl: whether \`jwt\` may stand in the query string. */
	readonly tokenInUrl: boolean;
}
