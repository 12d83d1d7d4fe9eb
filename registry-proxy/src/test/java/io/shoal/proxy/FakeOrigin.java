package io.shoal.proxy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.shoal.core.content.Digest;
import io.shoal.core.content.PieceLayout;
import io.shoal.core.peer.PeerId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** An origin with one blob and one manifest, which can be told to misbehave. */
final class FakeOrigin implements AutoCloseable {

  final List<String> requests = new CopyOnWriteArrayList<>();
  volatile boolean breaksOff;
  volatile boolean lies;
  volatile int refusesWith;

  private final byte[] blob;
  private final HttpServer server;

  FakeOrigin(byte[] blob) throws IOException {
    this.blob = blob;
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/shoal/v1/blobs/", this::blobs);
    server.createContext("/shoal/v1/manifests", this::manifests);
    server.createContext(
        "/shoal/v1/tags", exchange -> json(exchange, "{\"tags\":[\"1\"],\"more\":false}"));
    server.createContext(
        "/shoal/v1/referrers", exchange -> json(exchange, "{\"manifests\":[{\"size\":1}]}"));
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void manifests(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Shoal-Digest", Digest.sha256Of(blob).toString());
    exchange.getResponseHeaders().add("Content-Type", "application/x");
    exchange.sendResponseHeaders(200, blob.length);
    exchange.getResponseBody().write(blob);
    exchange.close();
  }

  private void blobs(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(exchange.getRequestMethod() + " " + range);
    if (refusesWith != 0) {
      exchange.sendResponseHeaders(refusesWith, -1);
    } else if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().add("Content-Length", "" + blob.length);
      exchange.sendResponseHeaders(200, -1);
    } else if (exchange.getRequestMethod().equals("POST")) {
      json(
          exchange,
          """
          {"blobBytes":%d,"pieceBytes":%d,"epoch":1,"complete":true,"originPeer":{"id":"%s",
           "address":{"host":"127.0.0.1","port":1},"role":"ORIGIN"}}
          """
              .formatted(
                  blob.length,
                  PieceLayout.forBlob(blob.length).pieceBytes(),
                  "00".repeat(PeerId.BYTES)));
    } else {
      send(exchange, range.substring("bytes=".length()).split("-"));
    }
    exchange.close();
  }

  private void send(HttpExchange exchange, String[] bounds) throws IOException {
    int from = Integer.parseInt(bounds[0]);
    int length = Integer.parseInt(bounds[1]) + 1 - from;
    exchange
        .getResponseHeaders()
        .add("Content-Range", "bytes " + from + "-" + bounds[1] + "/" + blob.length);
    exchange.sendResponseHeaders(206, length);
    OutputStream out = exchange.getResponseBody();
    if (breaksOff) {
      breaksOff = false;
      out.write(blob, from, length / 2);
      out.flush();
      throw new IOException("breaking off");
    }
    byte[] bytes = blob.clone();
    if (lies) {
      bytes[bytes.length / 2] ^= 1;
    }
    out.write(bytes, from, length);
  }

  private static void json(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
