/** What a tracker knows and decides, without sockets, clocks or threads. */
@NullMarked
package io.shoal.tracker.fleet;

import org.jspecify.annotations.NullMarked;
