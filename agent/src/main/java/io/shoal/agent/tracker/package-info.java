/** The agent's side of its stream to the tracker. */
@NullMarked
package io.shoal.agent.tracker;

import org.jspecify.annotations.NullMarked;
