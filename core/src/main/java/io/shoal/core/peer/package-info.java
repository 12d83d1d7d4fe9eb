/** Who takes part in a swarm. */
@NullMarked
package io.shoal.core.peer;

import org.jspecify.annotations.NullMarked;
