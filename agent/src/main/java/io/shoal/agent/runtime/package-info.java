/** Hands images over to the container runtimes of this node. */
@NullMarked
package io.shoal.agent.runtime;

import org.jspecify.annotations.NullMarked;
