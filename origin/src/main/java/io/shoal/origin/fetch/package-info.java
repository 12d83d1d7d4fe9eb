/** Bringing blobs from upstream, each once, so that their prefixes grow steadily. */
@NullMarked
package io.shoal.origin.fetch;

import org.jspecify.annotations.NullMarked;
