/** The vocabulary of the link between two peers. */
@NullMarked
package io.shoal.swarm.message;

import org.jspecify.annotations.NullMarked;
