package io.shoal.simulation;

import io.shoal.swarm.message.PeerMessage;

/**
 * Moves packets. A node's uplink serves its flows in turn, one packet each; a packet then passes
 * the uplinks of the racks, if any, and waits for its turn at the receiver's downlink. A window per
 * flow keeps a slow receiver from filling the network, so that the flows that share a link share it
 * evenly, as TCP's do. Messages take no bandwidth; as in the real transport they go between the
 * packets of an extent, and only a Leave waits for the payload before it. What is sent to the other
 * side of a partition arrives after it.
 */
final class Network {

  /** Packets of one flow under way at once. */
  private static final int WINDOW = 4;

  private static final int PACKETS_PER_PIECE = 8;
  private static final int LEAST_PACKET = 64 << 10;
  private static final int MOST_PACKET = 512 << 10;

  private final World world;
  private final EventQueue queue;
  private final long latencyNanos;
  private final int packetBytes;

  Network(World world, int smallestPiece) {
    this.world = world;
    this.queue = world.queue;
    this.latencyNanos = world.config.rates().latency().toNanos();
    this.packetBytes = Math.clamp(smallestPiece / PACKETS_PER_PIECE, LEAST_PACKET, MOST_PACKET);
  }

  void send(Flow flow, PeerMessage message) {
    world.tally.controlBytes += Tally.bytesOf(message);
    boolean waits = message instanceof PeerMessage.Leave leave && !leave.echo();
    if (!waits || (flow.queue.isEmpty() && !flow.sending)) {
      deliver(flow, message);
    } else {
      flow.queue.add(new Flow.Message(message));
    }
  }

  void send(Flow flow, Flow.Extent extent) {
    flow.queue.add(extent);
    offer(flow);
    pump(flow.from);
  }

  /** The link is gone: what is queued is never sent, what is under way never arrives. */
  void close(Flow flow) {
    flow.closed = true;
    flow.queue.clear();
  }

  private void deliver(Flow flow, PeerMessage message) {
    Packet before = flow.inRacks.peekLast();
    if (before != null) {
      before.riders.add(message);
      return;
    }
    long arrival = Math.max(arrivalNanos(flow), flow.lastArrivalNanos);
    flow.lastArrivalNanos = arrival;
    queue.at(arrival, () -> flow.receiver.node.arrived(flow.receiver, message));
  }

  /** When something that leaves its node now reaches the other end of the wire. */
  private long arrivalNanos(Flow flow) {
    long now = queue.nowNanos();
    return world.partitions.healed(flow.from, flow.receiver.node, now) + latencyNanos;
  }

  private void offer(Flow flow) {
    if (!flow.ready && !flow.sending && flow.inFlight < WINDOW && !flow.queue.isEmpty()) {
      flow.ready = true;
      flow.from.ready.add(flow);
    }
  }

  private void pump(SimNode node) {
    while (!node.uplinkBusy) {
      Flow flow = node.ready.poll();
      if (flow == null) {
        return;
      }
      flow.ready = false;
      if (flow.closed || !(flow.queue.peek() instanceof Flow.Extent extent)) {
        continue;
      }
      int bytes = Math.min(packetBytes, extent.left);
      boolean first = extent.left == extent.header.length();
      extent.left -= bytes;
      node.uplinkBusy = true;
      flow.sending = true;
      Packet packet = new Packet(flow, extent, bytes, first, extent.left == 0);
      queue.after((long) StrictMath.ceil(bytes / node.upBytesPerNano), () -> left(packet));
    }
  }

  /** A packet has left its node. */
  private void left(Packet packet) {
    Flow flow = packet.flow;
    SimNode from = flow.from;
    from.uplinkBusy = false;
    flow.sending = false;
    if (!flow.closed) {
      flow.inFlight++;
      route(packet);
      if (packet.last) {
        flow.queue.poll();
        while (flow.queue.peek() instanceof Flow.Message next) {
          flow.queue.poll();
          deliver(flow, next.message());
        }
        offer(flow);
        from.extentLeft(flow.sender, packet.extent);
      } else {
        offer(flow);
      }
    }
    pump(from);
  }

  /** Each queue on the way is joined when the packet gets there: they are served in that order. */
  private void route(Packet packet) {
    SimNode from = packet.flow.from;
    SimNode to = packet.flow.receiver.node;
    long there = arrivalNanos(packet.flow);
    if (from.rack == to.rack) {
      downlink(packet, there);
      return;
    }
    world.tally.crossRack(from, to, packet.bytes);
    packet.flow.inRacks.add(packet);
    long outside = from.rack.passUp(there, packet.bytes);
    queue.at(
        outside,
        () -> {
          long inside = to.rack.passDown(queue.nowNanos(), packet.bytes);
          queue.at(inside, () -> outOfRacks(packet));
        });
  }

  private void outOfRacks(Packet packet) {
    Flow flow = packet.flow;
    flow.inRacks.remove(packet); // the first: one after the other, as they went in
    if (flow.closed) {
      return;
    }
    downlink(packet, queue.nowNanos());
    for (PeerMessage message : packet.riders) {
      queue.at(flow.lastArrivalNanos, () -> flow.receiver.node.arrived(flow.receiver, message));
    }
  }

  private void downlink(Packet packet, long arrival) {
    Flow flow = packet.flow;
    SimNode to = flow.receiver.node;
    long took = (long) StrictMath.ceil(packet.bytes / to.downBytesPerNano);
    to.downFreeNanos = Math.max(to.downFreeNanos, arrival) + took;
    flow.lastArrivalNanos = Math.max(flow.lastArrivalNanos, to.downFreeNanos);
    queue.at(flow.lastArrivalNanos, () -> received(packet));
  }

  private void received(Packet packet) {
    Flow flow = packet.flow;
    flow.inFlight--;
    if (flow.closed) {
      return;
    }
    world.tally.payload(flow.from, packet.bytes);
    SimNode to = flow.receiver.node;
    if (packet.first) {
      to.arrived(flow.receiver, packet.extent.header);
    }
    if (packet.last) {
      to.extentArrived(flow.receiver, packet.extent);
    }
    offer(flow);
    pump(flow.from);
  }
}
