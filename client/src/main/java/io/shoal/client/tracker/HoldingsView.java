package io.shoal.client.tracker;

import io.shoal.core.peer.PeerRole;
import java.util.List;

/**
 * Who has how much of some blobs, as far as peers have announced it; {@code POST} {@link #PATH}.
 *
 * @param bytes length of all of them
 * @param blobs how many they are
 * @param nodes every member, whether it has any of it or not, by name
 */
public record HoldingsView(long bytes, int blobs, List<Node> nodes) {

  /** Where a tracker takes the question. */
  public static final String PATH = "/shoal/v1/holdings";

  public HoldingsView {
    nodes = List.copyOf(nodes);
  }

  /**
   * One member.
   *
   * @param node its name
   * @param role what it is
   * @param bytes how much it has, about: counted in whole pieces
   * @param wholeBlobs blobs that it has all of
   * @param arriving whether it wants a blob that it has not all of
   */
  public record Node(String node, PeerRole role, long bytes, int wholeBlobs, boolean arriving) {}
}
