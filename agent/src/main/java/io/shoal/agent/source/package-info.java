/** Where the agent gets content from: peers, origins, upstream, in this order. */
@NullMarked
package io.shoal.agent.source;

import org.jspecify.annotations.NullMarked;
