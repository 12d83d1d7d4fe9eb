package io.shoal.cli.bench.wire;

import io.shoal.cli.console.Causes;
import io.shoal.cli.process.RunningServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A side's ear for its parent: one connection, one line in, one line out. */
final class ControlServer implements RunningServer {

  /** What a side does when it is told to. */
  interface Orders {
    /** Answers one line; throws if it cannot. */
    String answer(String order) throws Exception;
  }

  /** Begins an answer that is a failure. */
  static final String FAILED = "! ";

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  private final ServerSocket socket;
  private final Orders orders;
  private final AutoCloseable side;

  private ControlServer(ServerSocket socket, Orders orders, AutoCloseable side) {
    this.socket = socket;
    this.orders = orders;
    this.side = side;
  }

  /** Listens on the loopback; {@code side} is closed with the server. */
  static ControlServer start(Orders orders, AutoCloseable side) throws IOException {
    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    ControlServer server = new ControlServer(socket, orders, side);
    Thread.ofPlatform().daemon().name("bench-control").start(server::serve);
    return server;
  }

  private void serve() {
    try (Socket parent = socket.accept();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8));
        PrintWriter out = new PrintWriter(parent.getOutputStream(), true, StandardCharsets.UTF_8)) {
      for (String order = in.readLine(); order != null; order = in.readLine()) {
        out.println(answer(order));
      }
    } catch (IOException e) {
      LOG.debug("the parent is gone", e);
    }
  }

  private String answer(String order) {
    try {
      return orders.answer(order);
    } catch (Exception e) {
      LOG.warn("{} failed", order, e);
      return FAILED + Causes.text(e);
    }
  }

  @Override
  public int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws Exception {
    socket.close();
    side.close();
  }
}
