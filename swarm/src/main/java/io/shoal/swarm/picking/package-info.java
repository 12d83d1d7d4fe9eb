/** Which piece a peer asks for next. */
@NullMarked
package io.shoal.swarm.picking;

import org.jspecify.annotations.NullMarked;
