/** Blobs, how they are named and how they are cut into pieces. */
@NullMarked
package io.shoal.core.content;

import org.jspecify.annotations.NullMarked;
