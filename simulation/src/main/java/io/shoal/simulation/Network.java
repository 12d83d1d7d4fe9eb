package io.shoal.simulation;

import io.shoal.swarm.message.PeerMessage;

/**
 * Moves packets. A node's uplink serves its flows in turn, one packet each; a packet then passes
 * the uplinks of the racks, if any, and waits for its turn at the receiver's downlink. A window per
 * flow keeps a slow receiver from filling the network, as TCP does. Messages take no bandwidth; as
 * in the real transport they go between the packets of an extent, and only a Leave waits for the
 * payload before it.
 */
final class Network {

  /** Packets of one flow under way at once. */
  private static final int WINDOW = 4;

  private final World world;
  private final EventQueue queue;
  private final long latencyNanos;
  private final int packetBytes;

  Network(World world, int packetBytes) {
    this.world = world;
    this.queue = world.queue;
    this.latencyNanos = world.config.rates().latency().toNanos();
    this.packetBytes = packetBytes;
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
    long arrival = Math.max(queue.nowNanos() + latencyNanos, flow.lastArrivalNanos);
    flow.lastArrivalNanos = arrival;
    queue.at(arrival, () -> flow.receiver.node.arrived(flow.receiver, message));
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
      long took = (long) StrictMath.ceil(bytes / node.upBytesPerNano);
      queue.after(took, () -> left(flow, extent, bytes, first));
    }
  }

  /** A packet has left its node. */
  private void left(Flow flow, Flow.Extent extent, int bytes, boolean first) {
    SimNode from = flow.from;
    from.uplinkBusy = false;
    flow.sending = false;
    if (!flow.closed) {
      SimNode to = flow.receiver.node;
      flow.inFlight++;
      long arrival = queue.nowNanos() + latencyNanos;
      if (from.rack != to.rack) {
        arrival = from.rack.upFreeNanos = from.rack.pass(from.rack.upFreeNanos, arrival, bytes);
        arrival = to.rack.downFreeNanos = to.rack.pass(to.rack.downFreeNanos, arrival, bytes);
        world.tally.crossRack(from, to, bytes);
      }
      long took = (long) StrictMath.ceil(bytes / to.downBytesPerNano);
      to.downFreeNanos = Math.max(to.downFreeNanos, arrival) + took;
      flow.lastArrivalNanos = Math.max(flow.lastArrivalNanos, to.downFreeNanos);
      boolean last = extent.left == 0;
      queue.at(flow.lastArrivalNanos, () -> received(flow, extent, bytes, first, last));
      if (last) {
        flow.queue.poll();
        while (flow.queue.peek() instanceof Flow.Message next) {
          flow.queue.poll();
          deliver(flow, next.message());
        }
        offer(flow);
        from.extentLeft(flow.sender, extent);
      } else {
        offer(flow);
      }
    }
    pump(from);
  }

  private void received(Flow flow, Flow.Extent extent, int bytes, boolean first, boolean last) {
    flow.inFlight--;
    if (flow.closed) {
      return;
    }
    world.tally.payload(flow.from, bytes);
    SimNode to = flow.receiver.node;
    if (first) {
      to.arrived(flow.receiver, extent.header);
    }
    if (last) {
      to.extentArrived(flow.receiver, extent);
    }
    offer(flow);
    pump(flow.from);
  }
}
