/**
 * Links between peers: frames, the proof of the cluster secret, and the connections that carry
 * them. Knows nothing of what a swarm decides.
 */
@NullMarked
package io.shoal.node.wire;

import org.jspecify.annotations.NullMarked;
