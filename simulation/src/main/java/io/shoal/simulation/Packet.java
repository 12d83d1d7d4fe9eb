package io.shoal.simulation;

import io.shoal.swarm.message.PeerMessage;
import java.util.ArrayList;
import java.util.List;

/** A part of an extent on its way. */
final class Packet {

  final Flow flow;
  final Flow.Extent extent;
  final int bytes;
  final boolean first;
  final boolean last;

  /** Messages sent after it: they must not overtake it between racks. */
  final List<PeerMessage> riders = new ArrayList<>(0);

  Packet(Flow flow, Flow.Extent extent, int bytes, boolean first, boolean last) {
    this.flow = flow;
    this.extent = extent;
    this.bytes = bytes;
    this.first = first;
    this.last = last;
  }
}
