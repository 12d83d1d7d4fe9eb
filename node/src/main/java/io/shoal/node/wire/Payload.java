package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.shoal.swarm.message.PeerMessage;

/**
 * A slice of an extent as it came off the connection; whoever takes it releases it.
 *
 * @param data the message that announced the extent
 * @param offset of the slice within the extent
 * @param slice the bytes
 * @param last whether the extent ends here
 */
record Payload(PeerMessage.Data data, int offset, ByteBuf slice, boolean last) {}
