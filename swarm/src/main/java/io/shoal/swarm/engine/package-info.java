/** The swarm engine: events in, actions out, no I/O, no clock, no threads. */
@NullMarked
package io.shoal.swarm.engine;

import org.jspecify.annotations.NullMarked;
