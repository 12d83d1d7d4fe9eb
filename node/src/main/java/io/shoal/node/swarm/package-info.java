/**
 * The thin shell around the swarm engine: one thread that owns it, workers that hash and write, and
 * the handles through which an agent reads blobs and an origin feeds them.
 */
@NullMarked
package io.shoal.node.swarm;

import org.jspecify.annotations.NullMarked;
