/** The node's blob cache, for the operator of this node. */
@NullMarked
package io.shoal.agent.cache;

import org.jspecify.annotations.NullMarked;
