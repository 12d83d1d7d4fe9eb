/** A whole cluster on virtual time, running the production swarm classes. */
@NullMarked
package io.shoal.simulation;

import org.jspecify.annotations.NullMarked;
