package io.shoal.origin.http;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.shoal.client.json.ShoalJson;
import io.shoal.client.origin.OriginError;
import io.shoal.origin.upstream.OriginFailure;

/** Failures as answers. */
final class Errors {

  private Errors() {}

  static MutableHttpResponse<String> response(OriginFailure failure) {
    OriginError error = failure.error();
    int status = error.reason().status();
    MutableHttpResponse<String> response =
        HttpResponse.<String>status(status, HttpStatus.getDefaultReason(status))
            .contentType(MediaType.APPLICATION_JSON_TYPE)
            .body(ShoalJson.write(error));
    error.retryAfter().ifPresent(wait -> response.header("Retry-After", "" + wait.toSeconds()));
    return response;
  }
}
