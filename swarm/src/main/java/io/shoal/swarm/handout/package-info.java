/** Which peers a tracker hands to whom. */
@NullMarked
package io.shoal.swarm.handout;

import org.jspecify.annotations.NullMarked;
