package io.shoal.node.swarm;

import io.shoal.core.content.Digest;

/** One piece of one blob. */
record PieceKey(Digest digest, int piece) {}
