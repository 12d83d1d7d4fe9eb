package io.shoal.cli.bench.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The parent's end of a {@link ControlServer}. */
final class Control implements AutoCloseable {

  private final Socket socket;
  private final BufferedReader in;
  private final PrintWriter out;

  Control(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** Gives an order and waits for the answer. */
  String order(String order) throws IOException {
    out.println(order);
    String answer = in.readLine();
    if (answer == null) {
      throw new IOException("a process of the benchmark has ended");
    }
    if (answer.startsWith(ControlServer.FAILED)) {
      throw new IOException(answer.substring(ControlServer.FAILED.length()));
    }
    return answer;
  }

  Usage usage() throws IOException {
    return Usage.parse(order("usage"));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
