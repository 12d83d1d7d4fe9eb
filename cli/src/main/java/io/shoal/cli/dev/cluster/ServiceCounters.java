package io.shoal.cli.dev.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.dev.registry.BuiltInRegistry;
import io.shoal.cli.dev.report.SourceBytes;
import io.shoal.client.cluster.ClusterFile;
import io.shoal.client.cluster.PinnedClient;
import java.io.IOException;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Reads what the processes count, over their own HTTP APIs. */
final class ServiceCounters implements AutoCloseable {

  private static final String STATS = "/shoal/v1/stats";
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OkHttpClient members;
  private final OkHttpClient open;

  ServiceCounters(ClusterFile cluster) {
    this.members = PinnedClient.forOperator(cluster).newBuilder().callTimeout(LIMIT).build();
    this.open = new OkHttpClient.Builder().callTimeout(LIMIT).build();
  }

  /** What an agent got from where since its start. */
  SourceBytes agent(int port) throws IOException {
    JsonNode bytes = get(open, "http", port, STATS).path("bytes");
    return new SourceBytes(
        count(bytes, "upstream"),
        count(bytes, "origin"),
        count(bytes, "peer"),
        count(bytes, "cache"));
  }

  /** What the origin got from upstream since its start. */
  long originReceived(int port) throws IOException {
    return count(get(members, "https", port, STATS), "upstreamBytes");
  }

  /** What the origin sent since its start, to peers and over HTTP. */
  long originSent(int port) throws IOException {
    JsonNode stats = get(members, "https", port, STATS);
    return count(stats, "peerBytesSent") + count(stats, "httpBytesSent");
  }

  /** What the built-in registry sent since its start. */
  long registrySent(int port) throws IOException {
    return count(get(open, "http", port, BuiltInRegistry.STATS_PATH), "blobBytesSent");
  }

  /** Whether a service says that it is ready. */
  boolean ready(boolean overTls, int port) {
    Request request = request(overTls ? "https" : "http", port, "/health/ready");
    try (Response response = (overTls ? members : open).newCall(request).execute()) {
      return response.isSuccessful();
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    for (OkHttpClient client : new OkHttpClient[] {members, open}) {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  private static long count(JsonNode stats, String name) throws IOException {
    JsonNode value = stats.path(name);
    if (!value.canConvertToLong()) {
      throw new IOException("the statistics have no number '" + name + "': " + stats);
    }
    return value.asLong();
  }

  private static JsonNode get(OkHttpClient client, String scheme, int port, String path)
      throws IOException {
    Request request = request(scheme, port, path);
    try (Response response = client.newCall(request).execute()) {
      if (!response.isSuccessful()) {
        throw new IOException("GET " + request.url() + " answered " + response.code());
      }
      return JSON.readTree(response.body().byteStream());
    }
  }

  private static Request request(String scheme, int port, String path) {
    return new Request.Builder().url(scheme + "://127.0.0.1:" + port + path).build();
  }
}
