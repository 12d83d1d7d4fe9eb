package io.shoal.agent.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shoal.client.json.ShoalJson;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One line of JSON each way on a unix socket. */
final class BridgeLine {

  private BridgeLine() {}

  static void write(SocketChannel channel, Object record) throws IOException {
    byte[] line = (ShoalJson.write(record) + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Waits for a line, after which the other side has nothing to say.
   *
   * @throws IOException if it is longer than that, or no such record
   */
  static <T> T read(SocketChannel channel, int maxBytes, Class<T> type) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(1024);
    while (true) {
      if (channel.read(buffer.clear()) < 0) {
        throw new EOFException("the connection ended within a line");
      }
      line.write(buffer.array(), 0, buffer.position());
      if (line.size() > maxBytes) {
        throw new IOException("a line of more than " + maxBytes + " bytes");
      }
      byte[] soFar = line.toByteArray();
      if (soFar.length > 0 && soFar[soFar.length - 1] == '\n') {
        return parse(new String(soFar, StandardCharsets.UTF_8), type);
      }
    }
  }

  /** Without the library's remarks about where in the text it stopped. */
  private static <T> T parse(String line, Class<T> type) throws IOException {
    try {
      return ShoalJson.read(line, type);
    } catch (JsonProcessingException e) {
      throw new IOException(e.getOriginalMessage(), e);
    }
  }
}
