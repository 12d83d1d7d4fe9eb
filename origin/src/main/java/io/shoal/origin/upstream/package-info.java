/** The central registries as an origin sees them, and why it may not have what was asked for. */
@NullMarked
package io.shoal.origin.upstream;

import org.jspecify.annotations.NullMarked;
