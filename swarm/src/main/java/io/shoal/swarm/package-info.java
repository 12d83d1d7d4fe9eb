/** The decisions of a swarm, without I/O, clocks or threads. */
@NullMarked
package io.shoal.swarm;

import org.jspecify.annotations.NullMarked;
