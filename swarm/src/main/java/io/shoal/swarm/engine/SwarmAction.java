package io.shoal.swarm.engine;

import io.shoal.core.content.Digest;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.swarm.message.PeerMessage;
import java.util.List;

/** What the shell is to do, in the order given. */
public sealed interface SwarmAction {

  /** Send a message. */
  record Send(int link, PeerMessage message) implements SwarmAction {}

  /**
   * Send an extent; then report {@link SwarmEvent.ExtentSent} with the same {@code sendId}.
   *
   * @param header what precedes the payload
   */
  record SendExtent(int link, int sendId, Digest digest, PeerMessage.Data header)
      implements SwarmAction {}

  /** The payload that follows on this link belongs to this piece of this torrent. */
  record Accept(int link, Digest digest, PeerMessage.Data header) implements SwarmAction {}

  /** The payload that follows on this link is of no use; read it and drop it. */
  record Discard(int link, PeerMessage.Data header) implements SwarmAction {}

  /** The rest of this piece will not come over this link. */
  record Abandon(int link, Digest digest, int piece) implements SwarmAction {}

  /** Open a link. */
  record Dial(PeerInfo peer) implements SwarmAction {}

  /** Close a link; the reason is for the log. */
  record CloseLink(int link, String reason) implements SwarmAction {}

  /** A peer joined a torrent that the engine does not know: is the blob here? */
  record LookUp(Digest digest, int link) implements SwarmAction {}

  /** Every piece of the torrent is here. */
  record Complete(Digest digest) implements SwarmAction {}

  /** The torrent was aborted by the origin: drop the partial of this and earlier epochs. */
  record Drop(Digest digest, long epoch, String reason) implements SwarmAction {}

  /** The torrent has fewer peers than it wants. */
  record NeedPeers(Digest digest) implements SwarmAction {}

  /** A peer sent a piece that did not match. */
  record Report(PeerId peer, Digest digest, String reason) implements SwarmAction {}

  /** The answer to {@link SwarmEvent.Reserve}; empty if nothing is missing. */
  record Reserved(Digest digest, long ticket, List<Integer> pieces) implements SwarmAction {
    public Reserved {
      pieces = List.copyOf(pieces);
    }
  }
}
