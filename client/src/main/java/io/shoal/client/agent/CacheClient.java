package io.shoal.client.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shoal.client.json.ShoalJson;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Looks after the blob cache of this node through its agent. Blocks; thread-safe. */
public final class CacheClient {

  /**
   * {@code GET}: the cache. {@code POST /gc}: clean up. {@code POST /{digest}/verify}: look again.
   * {@code DELETE /{digest}}: delete. All of it only from the agent's own host, with the key.
   */
  public static final String PATH = "/shoal/v1/cache";

  /** A blob is hashed at the speed of the disk, so this is for hundreds of GB. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private final OkHttpClient http;
  private final URI agent;
  private final LocalKey key;

  /**
   * A client of the agent at this base URL.
   *
   * @param key that of the agent's store
   */
  public CacheClient(OkHttpClient http, URI agent, LocalKey key) {
    this.http =
        http.newBuilder().followRedirects(false).readTimeout(LONGEST).callTimeout(LONGEST).build();
    this.agent = agent;
    this.key = key;
  }

  /** Everything in the cache. */
  public CacheView list() throws IOException {
    return ask(request(""), CacheView.class);
  }

  /**
   * Hashes a blob anew; it is dropped if it is bad.
   *
   * @throws CacheRefusedException if the agent says no
   */
  public CacheVerdict verify(Digest digest) throws IOException {
    return ask(request("/" + digest + "/verify").post(RequestBody.EMPTY), CacheAnswer.class)
        .verdict()
        .orElseThrow(() -> new IOException("the agent gave no verdict about " + digest));
  }

  /**
   * Deletes a blob.
   *
   * @throws CacheRefusedException if it is not there, in use or pinned
   */
  public void delete(Digest digest) throws IOException {
    ask(request("/" + digest).delete(), CacheAnswer.class);
  }

  /** Evicts down to the low watermark, and expires what has run out. */
  public CacheReclaimed gc() throws IOException {
    return ask(request("/gc").post(RequestBody.EMPTY), CacheReclaimed.class);
  }

  private Request.Builder request(String path) {
    return new Request.Builder()
        .url(agent.resolve(PATH + path).toString())
        .header("Authorization", key.authorization());
  }

  private <T> T ask(Request.Builder request, Class<T> type) throws IOException {
    try (Response response = http.newCall(request.build()).execute()) {
      if (response.isSuccessful()) {
        return ShoalJson.read(response.body().byteStream(), type);
      }
      throw new CacheRefusedException(response.code(), reason(response));
    }
  }

  private static String reason(Response response) throws IOException {
    String body = response.body().string();
    String status = "HTTP " + response.code() + " " + body.strip();
    try {
      return ShoalJson.read(body, CacheAnswer.class).error().orElse(status);
    } catch (JsonProcessingException e) {
      return status;
    }
  }
}
