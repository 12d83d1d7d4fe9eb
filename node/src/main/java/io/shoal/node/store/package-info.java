/** Blobs on disk: verified ones by digest, partial ones while they arrive, and what is known. */
@NullMarked
package io.shoal.node.store;

import org.jspecify.annotations.NullMarked;
