package io.shoal.cli.bench.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A client of HTTP/1.1 that throws away what it gets, in large reads: the less the readers cost,
 * the more the server shows.
 */
final class Reader implements Callable<Long> {

  private static final int BUFFER_BYTES = 1 << 20;

  private final InetSocketAddress server;
  private final String path;

  Reader(int port, String path) {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.path = path;
  }

  /**
   * Reads the same from one server several times at once.
   *
   * @return bytes of all bodies together
   * @throws IOException if one of them is not the blob's length
   */
  static long readAll(int readers, int port, String path, long blobBytes)
      throws IOException, InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(readers)) {
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        tasks.add(new Reader(port, path));
      }
      long sum = 0;
      for (Future<Long> read : threads.invokeAll(tasks)) {
        if (read.get() != blobBytes) {
          throw new IOException(
              "a reader got " + read.get() + " of " + blobBytes + " bytes from port " + port);
        }
        sum += read.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  /** Bytes of the body; the server closes the connection behind it. */
  @Override
  public Long call() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    try (SocketChannel channel = SocketChannel.open(server)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
      int bodyAt = -1;
      while (bodyAt < 0) {
        if (channel.read(buffer) < 0) {
          throw new IOException("no answer from " + server);
        }
        bodyAt = bodyAt(buffer);
      }
      long bytes = (long) buffer.position() - bodyAt;
      for (int read = 0; read >= 0; read = channel.read(buffer.clear())) {
        bytes += read;
      }
      return bytes;
    }
  }

  private static int bodyAt(ByteBuffer buffer) {
    String head = US_ASCII.decode(buffer.duplicate().flip()).toString();
    int end = head.indexOf("\r\n\r\n");
    return end < 0 ? -1 : end + 4;
  }
}
