package io.shoal.e2e.wire;

import io.shoal.e2e.lab.ClusterFile;
import io.shoal.e2e.lab.PinnedHttp;
import io.shoal.e2e.lab.Ports;
import io.shoal.e2e.lab.TestImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A member of the cluster that has the secret and bad intentions: it announces a blob as if it had
 * all of it, waits for agents to link to it, and attacks them.
 */
public final class HostilePeer implements AutoCloseable {

  private final Attack attack;
  private final Identity self;
  private final Torrent torrent;
  private final ServerSocket listener;
  private final TrackerSession session;
  private final AtomicInteger attacks = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  private HostilePeer(
      Attack attack, ClusterFile cluster, PinnedHttp http, URI tracker, TestImage.Blob blob) {
    try {
      this.attack = attack;
      this.self = Identity.member(cluster);
      this.torrent = new Torrent(blob);
      int port = Ports.free();
      this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().name("hostile " + attack).start(this::accept);
      this.session = TrackerSession.announceSeed(http.client(), tracker, self, port, torrent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Joins the cluster and lies in wait. */
  public static HostilePeer announcing(
      TestImage.Blob blob, Attack attack, ClusterFile cluster, PinnedHttp http, URI tracker) {
    return new HostilePeer(attack, cluster, http, tracker, blob);
  }

  public Attack attack() {
    return attack;
  }

  /** Links on which the attack was begun. */
  public int attacks() {
    return attacks.get();
  }

  /** Requests for pieces that came, each answered with tampered bytes. */
  public int requests() {
    return requests.get();
  }

  /** Links that the other side has closed after the attack was begun. */
  public int ended() {
    return ended.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        Thread.ofVirtual().name("hostile link").start(() -> meet(socket));
      } catch (IOException e) {
        // The listener was closed: the test is over.
        return;
      }
    }
  }

  private void meet(Socket socket) {
    boolean begun = false;
    try (WireLink link = WireLink.over(socket)) {
      link.handshakeAsAcceptor(self, listener.getLocalPort());
      while (true) {
        Frame frame = link.read();
        switch (frame.type()) {
          case Frame.JOIN -> {
            if (!torrent.isJoin(frame)) {
              link.send(Torrent.refuse(frame.torrent()));
            } else if (!begun) {
              begun = true;
              attacks.incrementAndGet();
              link.send(torrent.join());
              attack.begin(link, torrent, self.cluster().originKeyId());
            }
          }
          case Frame.REQUEST -> {
            requests.incrementAndGet();
            link.send(torrent.tampered(frame));
          }
          case Frame.LEAVE -> {
            if (frame.flags() == 0) {
              link.send(Torrent.refuse(frame.torrent()));
            }
          }
          case Frame.PING -> link.send(new Frame(Frame.PONG, 0, 0, frame.body()));
          default -> {
            // Everything else a well-meaning peer may say is of no interest here.
          }
        }
      }
    } catch (IOException e) {
      // The other side has hung up, which is what it should do; the counters tell the test.
      if (begun) {
        ended.incrementAndGet();
      }
    }
  }

  @Override
  public void close() {
    session.close();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
