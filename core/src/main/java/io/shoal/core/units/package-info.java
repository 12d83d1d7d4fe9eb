/** Sizes, rates and durations as people write them. */
@NullMarked
package io.shoal.core.units;

import org.jspecify.annotations.NullMarked;
