/** The blob cache of this node: {@code shoal cache}. */
@NullMarked
package io.shoal.cli.cache;

import org.jspecify.annotations.NullMarked;
