/** Which piece an origin sends next. */
@NullMarked
package io.shoal.swarm.injection;

import org.jspecify.annotations.NullMarked;
