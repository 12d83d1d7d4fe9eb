package io.shoal.oci.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/** Reads an upstream's headers as this module does, whatever they say. */
public final class AnyAnswer {

  private AnyAnswer() {}

  /** Each header is understood as something that can be true, or not at all. */
  public static void read(List<Map.Entry<String, String>> headers) {
    Headers.Builder builder = new Headers.Builder();
    for (Map.Entry<String, String> header : headers) {
      try {
        builder.addUnsafeNonAscii(header.getKey(), header.getValue());
      } catch (IllegalArgumentException e) {
        // The HTTP client would not have let it through either.
        continue;
      }
    }
    read(answer(builder.build()));
  }

  static Response answer(Headers headers) {
    return new Response.Builder()
        .request(new Request.Builder().url("http://127.0.0.1/v2/").build())
        .protocol(Protocol.HTTP_1_1)
        .code(401)
        .message("")
        .headers(headers)
        .build();
  }

  private static void read(Response answer) {
    Answers.contentRange(answer)
        .ifPresent(range -> {
          assertThat(range.from()).isNotNegative();
          range.blobBytes().ifPresent(bytes -> assertThat(bytes).isNotNegative());
        });
    Challenge.of(answer)
        .ifPresent(challenge -> {
          if (challenge instanceof Challenge.Bearer bearer) {
            assertThat(bearer.realm()).isNotNull();
          }
        });
    Answers.retryAfter(answer)
        .ifPresent(pause -> assertThat(pause).isGreaterThanOrEqualTo(Duration.ZERO));
    Answers.rate(answer, "RateLimit-Remaining").ifPresent(left -> assertThat(left).isNotNegative());
    assertThat(Answers.mediaType(answer)).hasSizeLessThan(256).contains("/");
  }
}
