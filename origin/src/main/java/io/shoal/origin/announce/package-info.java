/** Telling the tracker what this origin has. */
@NullMarked
package io.shoal.origin.announce;

import org.jspecify.annotations.NullMarked;
