package io.shoal.oci.upstream;

import io.shoal.oci.upstream.UpstreamException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;

/** Reading what upstream's status lines and headers mean. */
final class Answers {

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}");
  private static final Pattern RATE = Pattern.compile("\\s*(\\d{1,18})\\s*(?:[;,].*)?");
  private static final int SHOWN_BODY_BYTES = 200;

  private Answers() {}

  /** What a response other than the wanted one means. */
  static UpstreamException failure(String what, Response response) {
    int status = response.code();
    Kind kind =
        switch (status) {
          case 404, 410 -> Kind.NOT_FOUND;
          case 401, 403 -> Kind.DENIED;
          case 429 -> Kind.RATE_LIMITED;
          default -> Kind.FAILED;
        };
    String message =
        "%s: %s answered %d%s"
            .formatted(what, response.request().url().host(), status, reason(response));
    return new UpstreamException(kind, message, OptionalInt.of(status), retryAfter(response));
  }

  /** No response at all. */
  static UpstreamException unreachable(String what, String host, IOException cause) {
    return new UpstreamException(
        Kind.UNREACHABLE, "%s: no answer from %s: %s".formatted(what, host, cause), cause);
  }

  /** Where a 206 starts and how long the whole is, or empty if the header makes no sense. */
  static Optional<ContentRange> contentRange(Response response) {
    Matcher m = CONTENT_RANGE.matcher(header(response, "Content-Range"));
    if (!m.matches()) {
      return Optional.empty();
    }
    OptionalLong whole =
        m.group(3).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(m.group(3)));
    return Optional.of(new ContentRange(Long.parseLong(m.group(1)), whole));
  }

  /**
   * A 206's Content-Range.
   *
   * @param from first byte sent
   * @param blobBytes the whole length if upstream knows it
   */
  record ContentRange(long from, OptionalLong blobBytes) {}

  /** A header's value, empty if it is not there. */
  static String header(Response response, String name) {
    String value = response.header(name);
    return value == null ? "" : value;
  }

  /** The body, if it is no longer than this. */
  static byte[] readCapped(String what, Response response, int maxBytes)
      throws UpstreamException, IOException {
    byte[] content = response.body().byteStream().readNBytes(maxBytes + 1);
    if (content.length > maxBytes) {
      throw new UpstreamException(Kind.FAILED, what + " has more than " + maxBytes + " bytes");
    }
    return content;
  }

  /** The Content-Type without parameters; what is none is told to nobody as one. */
  static String mediaType(Response response) {
    String type = header(response, "Content-Type");
    int semicolon = type.indexOf(';');
    String plain = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    return MEDIA_TYPE.matcher(plain).matches() ? plain : "application/octet-stream";
  }

  /** How long upstream wants to be left alone; a date is meant by upstream's own clock. */
  static Optional<Duration> retryAfter(Response response) {
    String text = header(response, "Retry-After");
    if (text.matches("\\d{1,6}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    Instant until = response.headers().getInstant("Retry-After");
    Instant now = response.headers().getInstant("Date");
    return until == null || now == null
        ? Optional.empty()
        : Optional.of(until.isBefore(now) ? Duration.ZERO : Duration.between(now, until));
  }

  /** The number that a header such as {@code RateLimit-Remaining: 76;w=21600} begins with. */
  static OptionalLong rate(Response response, String name) {
    Matcher number = RATE.matcher(header(response, name));
    return number.matches()
        ? OptionalLong.of(Long.parseLong(number.group(1)))
        : OptionalLong.empty();
  }

  private static String reason(Response response) {
    try {
      String body = response.peekBody(SHOWN_BODY_BYTES).string().strip();
      return body.isEmpty() ? "" : ": " + body.replaceAll("\\s+", " ");
    } catch (IOException e) {
      return "";
    }
  }
}
