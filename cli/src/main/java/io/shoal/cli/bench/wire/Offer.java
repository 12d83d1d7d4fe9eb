package io.shoal.cli.bench.wire;

import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerInfo;
import io.shoal.core.peer.PeerRole;

/**
 * What the sender has, and where.
 *
 * @param digest the blob
 * @param blobBytes its length
 * @param node the origin's identity
 * @param nodePort where the origin accepts links
 * @param linkPort where links without an engine are accepted
 * @param plainPort where plain connections are accepted
 */
record Offer(
    Digest digest, long blobBytes, PeerId node, int nodePort, int linkPort, int plainPort) {

  static final String HOST = "127.0.0.1";

  PieceLayout layout() {
    return PieceLayout.forBlob(blobBytes);
  }

  PeerInfo origin() {
    return new PeerInfo(node, new PeerAddress(HOST, nodePort), PeerRole.ORIGIN);
  }

  /** One line of the control connection. */
  String line() {
    return String.join(
        " ",
        digest.toString(),
        Long.toString(blobBytes),
        node.toString(),
        Integer.toString(nodePort),
        Integer.toString(linkPort),
        Integer.toString(plainPort));
  }

  static Offer parse(String line) {
    String[] words = line.split(" ");
    return new Offer(
        Digest.parse(words[0]),
        Long.parseLong(words[1]),
        PeerId.parse(words[2]),
        Integer.parseInt(words[3]),
        Integer.parseInt(words[4]),
        Integer.parseInt(words[5]));
  }
}
