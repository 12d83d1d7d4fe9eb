package io.shoal.client.tracker;

import io.shoal.client.json.ShoalJson;
import java.io.IOException;
import java.net.URI;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Asks a tracker what it knows. Blocks; thread-safe. */
public final class FleetClient {

  private final OkHttpClient http;
  private final URI tracker;

  /**
   * A client of the tracker at this base URL.
   *
   * @param http knows the cluster's certificate and token
   */
  public FleetClient(OkHttpClient http, URI tracker) {
    this.http = http;
    this.tracker = tracker;
  }

  /** The fleet as the tracker sees it now. */
  public FleetView fleet() throws IOException {
    Request request = new Request.Builder().url(tracker.resolve(FleetView.PATH).toString()).build();
    try (Response response = http.newCall(request).execute()) {
      if (!response.isSuccessful()) {
        throw new IOException(
            "the tracker at " + tracker + " answered HTTP " + response.code() + " for its fleet");
      }
      return ShoalJson.read(response.body().byteStream(), FleetView.class);
    }
  }
}
