/** Carries out the tracker's pre-warm jobs on this node. */
@NullMarked
package io.shoal.agent.prewarm;

import org.jspecify.annotations.NullMarked;
