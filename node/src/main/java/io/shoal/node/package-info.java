/** The shell around the swarm: peer links on Netty, blobs on disk, RocksDB. */
@NullMarked
package io.shoal.node;

import org.jspecify.annotations.NullMarked;
