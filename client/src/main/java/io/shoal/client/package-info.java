/** Shoal's own HTTP APIs as a caller sees them. */
@NullMarked
package io.shoal.client;

import org.jspecify.annotations.NullMarked;
