package io.shoal.client.tracker;

import io.shoal.client.json.ShoalJson;
import java.io.IOException;
import java.net.URI;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Asks a tracker what it knows. Blocks; thread-safe. */
public final class FleetClient {

  private static final MediaType JSON = MediaType.get("application/json");

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
    return ask(request(FleetView.PATH), FleetView.class);
  }

  /** Who has how much of these blobs. */
  public HoldingsView holdings(HoldingsRequest blobs) throws IOException {
    RequestBody body = RequestBody.create(ShoalJson.write(blobs), JSON);
    return ask(request(HoldingsView.PATH).post(body), HoldingsView.class);
  }

  private Request.Builder request(String path) {
    return new Request.Builder().url(tracker.resolve(path).toString());
  }

  private <T> T ask(Request.Builder request, Class<T> type) throws IOException {
    try (Response response = http.newCall(request.build()).execute()) {
      if (!response.isSuccessful()) {
        throw new IOException(
            "the tracker at "
                + tracker
                + " answered HTTP "
                + response.code()
                + " for "
                + response.request().url().encodedPath());
      }
      return ShoalJson.read(response.body().byteStream(), type);
    }
  }
}
