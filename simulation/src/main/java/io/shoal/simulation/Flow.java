package io.shoal.simulation;

import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayDeque;

/** One direction of a link: messages and extents in the order in which they were handed over. */
final class Flow {

  /** What waits to be sent. */
  sealed interface Item {}

  /** A message without payload. */
  record Message(PeerMessage message) implements Item {}

  /** Payload under its header. */
  static final class Extent implements Item {
    final PeerMessage.Data header;
    final int sendId;
    final SimTorrent torrent;
    final long content;
    int left;

    Extent(PeerMessage.Data header, int sendId, SimTorrent torrent, long content) {
      this.header = header;
      this.sendId = sendId;
      this.torrent = torrent;
      this.content = content;
      this.left = header.length();
    }
  }

  final SimNode from;
  final SimLink sender;
  final SimLink receiver;
  final ArrayDeque<Item> queue = new ArrayDeque<>();

  /** Packets between two racks, in their order. */
  final ArrayDeque<Packet> inRacks = new ArrayDeque<>(0);

  /** Packets on their way, for the window. */
  int inFlight;

  /** A packet is on the sender's uplink right now. */
  boolean sending;

  /** In the uplink's round. */
  boolean ready;

  boolean closed;

  /** When what was sent last arrives: nothing overtakes it. */
  long lastArrivalNanos;

  Flow(SimLink sender, SimLink receiver) {
    this.from = sender.node;
    this.sender = sender;
    this.receiver = receiver;
  }
}
