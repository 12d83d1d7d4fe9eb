package io.shoal.origin.http;

import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * This origin as a peer.
 *
 * @param id its identity
 * @param host where it accepts links, if that is configured
 * @param port where it accepts links
 */
public record OriginPeer(PeerId id, Optional<String> host, int port) {

  /**
   * What a caller is told.
   *
   * @param reachedAt the address at which the caller reached this process: links can be made to it
   */
  PeerInfo info(InetSocketAddress reachedAt) {
    String seen =
        reachedAt.isUnresolved()
            ? reachedAt.getHostString()
            : reachedAt.getAddress().getHostAddress();
    return new PeerInfo(id, new PeerAddress(host.orElse(seen), port), PeerRole.ORIGIN);
  }
}
