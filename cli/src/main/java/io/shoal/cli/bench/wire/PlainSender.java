package io.shoal.cli.bench.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ceiling: nothing but a blocking socket. Reads one byte, how to send, and answers with the
 * whole blob.
 */
final class PlainSender implements AutoCloseable {

  /** Asks for reads into a buffer and writes from it. */
  static final byte COPY = 'c';

  /** Asks for sendfile. */
  static final byte SENDFILE = 's';

  static final int BUFFER_BYTES = 256 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(PlainSender.class);

  private final ServerSocketChannel server;
  private final FileChannel file;
  private final long bytes;

  private PlainSender(ServerSocketChannel server, FileChannel file, long bytes) {
    this.server = server;
    this.file = file;
    this.bytes = bytes;
  }

  static PlainSender start(FileChannel file, long bytes) throws IOException {
    ServerSocketChannel server =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    PlainSender sender = new PlainSender(server, file, bytes);
    Thread.ofPlatform().daemon().name("bench-plain").start(sender::serve);
    return sender;
  }

  int port() {
    return server.socket().getLocalPort();
  }

  private void serve() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (server.isOpen()) {
      try (SocketChannel socket = server.accept()) {
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ByteBuffer how = ByteBuffer.allocate(1);
        if (socket.read(how) == 1) {
          if (how.get(0) == COPY) {
            copy(socket, buffer);
          } else {
            sendFile(socket);
          }
        }
      } catch (IOException e) {
        LOG.debug("a plain connection ended", e);
      }
    }
  }

  private void copy(SocketChannel socket, ByteBuffer buffer) throws IOException {
    for (long position = 0; position < bytes; ) {
      buffer.clear();
      position += file.read(buffer, position);
      buffer.flip();
      while (buffer.hasRemaining()) {
        socket.write(buffer);
      }
    }
  }

  private void sendFile(SocketChannel socket) throws IOException {
    for (long position = 0; position < bytes; ) {
      position += file.transferTo(position, bytes - position, socket);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
