/** Who is responsible for what. */
@NullMarked
package io.shoal.core.ring;

import org.jspecify.annotations.NullMarked;
