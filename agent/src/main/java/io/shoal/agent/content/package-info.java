/** What the agent serves to the container runtime. */
@NullMarked
package io.shoal.agent.content;

import org.jspecify.annotations.NullMarked;
