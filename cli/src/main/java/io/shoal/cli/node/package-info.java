/**
 * Points the container runtime of this host at the agent, and takes that back: {@code shoal node}.
 * Plans are made from the files as they were before Shoal; nothing is written before the whole plan
 * stands.
 */
@NullMarked
package io.shoal.cli.node;

import org.jspecify.annotations.NullMarked;
