/** Manifests and what tags name, revalidated against upstream. */
@NullMarked
package io.shoal.origin.manifest;

import org.jspecify.annotations.NullMarked;
