package io.shoal.e2e.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports on the loopback interface that nobody listens on, each given out once. They lie below those
 * that the system gives to outgoing connections: a server that is stopped and started again finds
 * its port free.
 */
public final class Ports {

  private static final int FIRST = 10_000;
  private static final int END = 32_000;

  /** Two runs on one machine hardly begin at the same place. */
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(END - FIRST));

  private Ports() {}

  public static int free() {
    for (int i = 0; i < END - FIRST; i++) {
      int port = FIRST + NEXT.getAndIncrement() % (END - FIRST);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new IllegalStateException("no free port on the loopback interface");
  }
}
