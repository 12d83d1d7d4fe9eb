package io.shoal.client.prewarm;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shoal.client.json.ShoalJson;
import java.io.IOException;
import java.net.URI;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Orders pre-warm jobs from a tracker and asks how they stand. Blocks; thread-safe. */
public final class JobClient {

  /** Where a tracker takes jobs. */
  public static final String PATH = "/shoal/v1/jobs";

  /** Names the order, so that one sent twice is carried out once. */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient http;
  private final URI tracker;

  /**
   * A client of the tracker at this base URL.
   *
   * @param http knows the cluster's certificate and token
   */
  public JobClient(OkHttpClient http, URI tracker) {
    this.http = http;
    this.tracker = tracker;
  }

  /**
   * Orders a job. May be repeated with the same key when no answer came.
   *
   * @throws JobRefusedException if the tracker says no
   */
  public JobView create(JobRequest request, String idempotencyKey) throws IOException {
    return ask(
        request("").post(json(request)).header(IDEMPOTENCY_KEY, idempotencyKey), JobView.class);
  }

  /**
   * Asks where a job would run.
   *
   * @throws JobRefusedException if the tracker says no
   */
  public JobPreview preview(JobRequest request) throws IOException {
    return ask(request("/preview").post(json(request)), JobPreview.class);
  }

  /** All jobs. */
  public JobList list() throws IOException {
    return ask(request(""), JobList.class);
  }

  /**
   * One job.
   *
   * @throws JobRefusedException if there is none of this id
   */
  public JobView get(String id) throws IOException {
    return ask(request("/" + id), JobView.class);
  }

  /**
   * Gives a job up.
   *
   * @throws JobRefusedException if there is none of this id
   */
  public JobView cancel(String id) throws IOException {
    return ask(request("/" + id + "/cancel").post(RequestBody.EMPTY), JobView.class);
  }

  /**
   * Begins anew on the nodes that are not done.
   *
   * @throws JobRefusedException if there is none of this id, or it has not ended
   */
  public JobView retry(String id) throws IOException {
    return ask(request("/" + id + "/retry").post(RequestBody.EMPTY), JobView.class);
  }

  private Request.Builder request(String path) {
    return new Request.Builder().url(tracker.resolve(PATH + path).toString());
  }

  private static RequestBody json(JobRequest request) {
    return RequestBody.create(ShoalJson.write(request), JSON);
  }

  private <T> T ask(Request.Builder request, Class<T> type) throws IOException {
    try (Response response = http.newCall(request.build()).execute()) {
      if (response.isSuccessful()) {
        return ShoalJson.read(response.body().byteStream(), type);
      }
      throw new JobRefusedException(response.code(), reason(response));
    }
  }

  private static String reason(Response response) throws IOException {
    String body = response.body().string();
    try {
      return ShoalJson.read(body, JobProblem.class).error();
    } catch (JsonProcessingException e) {
      return "HTTP " + response.code() + " " + body.strip();
    }
  }
}
