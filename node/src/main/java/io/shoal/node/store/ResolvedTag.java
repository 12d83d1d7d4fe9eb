package io.shoal.node.store;

import io.shoal.core.content.Digest;
import java.time.Instant;

/**
 * What a tag was the last time someone looked.
 *
 * @param digest the manifest it named
 * @param checkedAt when upstream last said so, to the millisecond
 */
public record ResolvedTag(Digest digest, Instant checkedAt) {}
