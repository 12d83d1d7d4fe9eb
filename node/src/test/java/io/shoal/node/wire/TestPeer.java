package io.shoal.node.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.shoal.client.cluster.ClusterSecret;
import io.shoal.core.peer.Locality;
import io.shoal.core.peer.PeerAddress;
import io.shoal.core.peer.PeerId;
import io.shoal.core.peer.PeerRole;
import io.shoal.node.rate.RateLimiter;
import io.shoal.swarm.message.PeerMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A transport on the loopback that writes down what it is told. */
final class TestPeer implements LinkListener, AutoCloseable {

  static final ClusterSecret SECRET = ClusterSecret.random();

  /** What the listener heard. */
  sealed interface Event {
    record Up(Link link) implements Event {}

    record Down(Link link, String reason) implements Event {}

    record Failed(PeerAddress address, DialFailure failure, String detail) implements Event {}

    record Message(Link link, PeerMessage message) implements Event {}

    record Extent(PeerMessage.Data data, byte[] bytes) implements Event {}
  }

  /** How a test peer differs from others. */
  record Setup(
      Sockets sockets,
      PeerId id,
      ClusterSecret secret,
      int linkCap,
      Duration handshakeLimit,
      Duration pingAfter,
      RateLimiter upload,
      RateLimiter download) {

    static Setup plain(int id) {
      return new Setup(
          Sockets.best(),
          new PeerId(0, id),
          SECRET,
          16,
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          RateLimiter.unlimited(),
          RateLimiter.unlimited());
    }

    Setup on(Sockets other) {
      return new Setup(other, id, secret, linkCap, handshakeLimit, pingAfter, upload, download);
    }

    Setup secret(ClusterSecret other) {
      return new Setup(sockets, id, other, linkCap, handshakeLimit, pingAfter, upload, download);
    }

    Setup linkCap(int other) {
      return new Setup(sockets, id, secret, other, handshakeLimit, pingAfter, upload, download);
    }

    Setup handshakeLimit(Duration other) {
      return new Setup(sockets, id, secret, linkCap, other, pingAfter, upload, download);
    }

    Setup pingAfter(Duration other) {
      return new Setup(sockets, id, secret, linkCap, handshakeLimit, other, upload, download);
    }

    Setup upload(RateLimiter other) {
      return new Setup(sockets, id, secret, linkCap, handshakeLimit, pingAfter, other, download);
    }

    Setup download(RateLimiter other) {
      return new Setup(sockets, id, secret, linkCap, handshakeLimit, pingAfter, upload, other);
    }

    TestPeer start() throws IOException {
      return new TestPeer(this);
    }
  }

  private static final long PATIENCE_SECONDS = 30;

  final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  final PeerTransport transport;
  private final ByteArrayOutputStream extent = new ByteArrayOutputStream();

  private TestPeer(Setup setup) throws IOException {
    TransportConfig config =
        new TransportConfig(
            "127.0.0.1",
            0,
            setup.linkCap,
            setup.handshakeLimit,
            setup.pingAfter,
            1,
            Locality.UNKNOWN);
    this.transport =
        PeerTransport.start(
            config,
            setup.sockets,
            setup.id,
            PeerRole.AGENT,
            setup.secret::proof,
            this,
            setup.upload,
            setup.download);
  }

  PeerAddress address() {
    return new PeerAddress("127.0.0.1", transport.port());
  }

  /** Links to the other one; returns this side's end, the other side's Up has come too. */
  Link linkTo(TestPeer other) throws InterruptedException {
    transport.dial(other.address());
    return next(Event.Up.class).link();
  }

  /** The next event, which must be of this kind. */
  <E extends Event> E next(Class<E> kind) throws InterruptedException {
    Event event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(event).isInstanceOf(kind);
    return kind.cast(event);
  }

  @Override
  public void linkUp(Link link) {
    events.add(new Event.Up(link));
  }

  @Override
  public void linkDown(Link link, String reason) {
    events.add(new Event.Down(link, reason));
  }

  @Override
  public void dialFailed(PeerAddress address, DialFailure failure, String detail) {
    events.add(new Event.Failed(address, failure, detail));
  }

  @Override
  public void message(Link link, PeerMessage message) {
    events.add(new Event.Message(link, message));
  }

  @Override
  public void payload(Link link, PeerMessage.Data data, int offset, ByteBuf slice, boolean last) {
    assertThat(offset).isEqualTo(extent.size());
    byte[] bytes = new byte[slice.readableBytes()];
    slice.readBytes(bytes).release();
    extent.writeBytes(bytes);
    if (last) {
      events.add(new Event.Extent(data, extent.toByteArray()));
      extent.reset();
    }
  }

  @Override
  public void close() {
    transport.close();
  }
}
