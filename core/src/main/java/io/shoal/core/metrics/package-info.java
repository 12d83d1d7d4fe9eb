/** What keeps metrics bounded. */
@NullMarked
package io.shoal.core.metrics;

import org.jspecify.annotations.NullMarked;
