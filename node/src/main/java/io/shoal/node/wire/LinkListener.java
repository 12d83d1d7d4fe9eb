package io.shoal.node.wire;

import io.netty.buffer.ByteBuf;
import io.shoal.core.peer.PeerAddress;
import io.shoal.swarm.message.PeerMessage;

/**
 * Told what happens on links. Called on event loops, so it must not block; for one link never by
 * two threads at once, first {@link #linkUp}, last {@link #linkDown}. When a connection takes the
 * place of another one with the same peer, linkDown of the old one comes before linkUp of the new.
 */
public interface LinkListener {

  /** A peer has proven that it knows the cluster secret. */
  void linkUp(Link link);

  /** The connection is gone. */
  void linkDown(Link link, String reason);

  /**
   * A call of {@link PeerTransport#dial} came to nothing; every call ends either here or in a
   * {@link #linkUp} with that address.
   */
  void dialFailed(PeerAddress address, DialFailure failure, String detail);

  /**
   * A message came in. Its form is right and its indexes lie within the torrent that the peer
   * joined under that number; whether that torrent is one of ours, with our layout, is the
   * listener's to check. Pings are answered without it.
   */
  void message(Link link, PeerMessage message);

  /**
   * Part of the payload of the {@link PeerMessage.Data} last received.
   *
   * @param offset of the slice within the extent
   * @param slice belongs to the receiver, which releases it
   * @param last whether the extent ends with this slice
   */
  void payload(Link link, PeerMessage.Data data, int offset, ByteBuf slice, boolean last);
}
