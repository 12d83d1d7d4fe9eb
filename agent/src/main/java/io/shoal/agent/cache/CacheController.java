package io.shoal.agent.cache;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.shoal.client.agent.CacheAnswer;
import io.shoal.client.agent.CacheClient;
import io.shoal.client.json.ShoalJson;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.util.Optional;

/** The cache's requests; {@link LocalAccess} has let them in. */
@Controller(CacheClient.PATH)
@ExecuteOn(TaskExecutors.BLOCKING)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.ALL)
final class CacheController {

  private static final CacheAnswer DONE = new CacheAnswer(Optional.empty(), Optional.empty());

  private final CacheAdmin cache;

  CacheController(CacheAdmin cache) {
    this.cache = cache;
  }

  private interface Work {
    Object run() throws IOException;
  }

  private static HttpResponse<String> answer(Work work) {
    try {
      return HttpResponse.ok(ShoalJson.write(work.run()));
    } catch (IOException e) {
      return refused(HttpStatus.INTERNAL_SERVER_ERROR, String.valueOf(e.getMessage()));
    }
  }

  private static HttpResponse<String> refused(HttpStatus status, String why) {
    CacheAnswer answer = new CacheAnswer(Optional.empty(), Optional.of(why));
    return HttpResponse.<String>status(status).body(ShoalJson.write(answer));
  }

  private interface OnBlob {
    HttpResponse<String> run(Digest digest);
  }

  private static HttpResponse<String> about(String digest, OnBlob work) {
    Digest parsed;
    try {
      parsed = Digest.parse(digest);
    } catch (IllegalArgumentException e) {
      return refused(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
    return work.run(parsed);
  }

  @Get
  HttpResponse<String> list() {
    return answer(cache::list);
  }

  @Post("/gc")
  HttpResponse<String> gc() {
    return answer(cache::gc);
  }

  @Post("/{digest}/verify")
  HttpResponse<String> verify(@PathVariable String digest) {
    return about(
        digest,
        blob -> answer(() -> new CacheAnswer(Optional.of(cache.verify(blob)), Optional.empty())));
  }

  @Delete("/{digest}")
  HttpResponse<String> delete(@PathVariable String digest) {
    return about(
        digest,
        blob ->
            switch (cache.delete(blob)) {
              case DELETED -> answer(() -> DONE);
              case ABSENT -> refused(HttpStatus.NOT_FOUND, "it is not in this cache");
              case IN_USE ->
                  refused(
                      HttpStatus.CONFLICT,
                      "it is in use: being read, sent to peers, or on its way; what is idle is let"
                          + " go of within about a minute");
              case PINNED ->
                  refused(HttpStatus.CONFLICT, "it is pinned, by a pre-warm job with --pin");
            });
  }
}
