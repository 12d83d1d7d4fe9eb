/** What clients push: uploads under way, and where they go when they are complete. */
@NullMarked
package io.shoal.origin.push;

import org.jspecify.annotations.NullMarked;
