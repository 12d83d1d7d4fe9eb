/** Pre-warm jobs as operators order and watch them, and as a tracker tells of them. */
@NullMarked
package io.shoal.client.prewarm;

import org.jspecify.annotations.NullMarked;
