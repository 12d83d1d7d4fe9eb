package io.shoal.tracker;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.prewarm.JobClient;
import io.shoal.client.prewarm.JobProblem;
import io.shoal.client.prewarm.JobRequest;
import io.shoal.tracker.jobs.JobException;
import io.shoal.tracker.jobs.JobService;
import io.shoal.tracker.jobs.Previews;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Pre-warm jobs, for operators and their tools; described by {@code openapi.yml}. */
@Controller(JobClient.PATH)
@ExecuteOn(TaskExecutors.BLOCKING)
@Produces(MediaType.APPLICATION_JSON)
final class JobsEndpoint {

  private static final int MAX_KEY = 200;

  private final JobService jobs;
  private final Previews previews;
  private final Streams streams;

  JobsEndpoint(JobService jobs, Previews previews, Streams streams) {
    this.jobs = jobs;
    this.previews = previews;
    this.streams = streams;
  }

  private interface Answer {
    Object get() throws JobException;
  }

  private static HttpResponse<String> answer(HttpStatus status, Answer answer) {
    try {
      return HttpResponse.<String>status(status).body(ShoalJson.write(answer.get()));
    } catch (JobException e) {
      HttpStatus refused =
          switch (e.kind()) {
            case BAD_REQUEST -> HttpStatus.BAD_REQUEST;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case CONFLICT -> HttpStatus.CONFLICT;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
          };
      return problem(refused, String.valueOf(e.getMessage()));
    }
  }

  private static HttpResponse<String> problem(HttpStatus status, String reason) {
    return HttpResponse.<String>status(status).body(ShoalJson.write(new JobProblem(reason)));
  }

  @Get
  HttpResponse<String> list() {
    return answer(HttpStatus.OK, jobs::list);
  }

  @Get("/{id}")
  HttpResponse<String> get(@PathVariable String id) {
    return answer(HttpStatus.OK, () -> jobs.get(id));
  }

  @Post
  @Consumes(MediaType.APPLICATION_JSON)
  HttpResponse<String> create(
      @Body String body, @Header(JobClient.IDEMPOTENCY_KEY) @Nullable String key) {
    if (key != null && (key.isBlank() || key.length() > MAX_KEY)) {
      return problem(
          HttpStatus.BAD_REQUEST, JobClient.IDEMPOTENCY_KEY + " has 1 to 200 characters");
    }
    return ordered(
        HttpStatus.CREATED,
        body,
        request -> jobs.create(request, Optional.ofNullable(key), streams.agents()));
  }

  @Post("/preview")
  @Consumes(MediaType.APPLICATION_JSON)
  HttpResponse<String> preview(@Body String body) {
    return ordered(
        HttpStatus.OK, body, request -> previews.preview(request, streams.agents(), streams::tell));
  }

  private interface Order {
    Object take(JobRequest request) throws JobException;
  }

  private static HttpResponse<String> ordered(HttpStatus status, String body, Order order) {
    JobRequest request;
    try {
      request = ShoalJson.read(body, JobRequest.class);
    } catch (JsonProcessingException e) {
      return problem(HttpStatus.BAD_REQUEST, "no order of a job: " + e.getOriginalMessage());
    }
    return answer(status, () -> order.take(request));
  }

  @Post("/{id}/cancel")
  @Consumes(MediaType.ALL)
  HttpResponse<String> cancel(@PathVariable String id) {
    return answer(HttpStatus.OK, () -> jobs.cancel(id));
  }

  @Post("/{id}/retry")
  @Consumes(MediaType.ALL)
  HttpResponse<String> retry(@PathVariable String id) {
    return answer(HttpStatus.OK, () -> jobs.retry(id));
  }

  @Get("/openapi.yml")
  @Produces("application/yaml")
  String description() throws IOException {
    try (InputStream text =
        Objects.requireNonNull(JobsEndpoint.class.getResourceAsStream("openapi.yml"))) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
