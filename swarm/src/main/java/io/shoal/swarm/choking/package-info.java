/** Whom an agent uploads to. */
@NullMarked
package io.shoal.swarm.choking;

import org.jspecify.annotations.NullMarked;
