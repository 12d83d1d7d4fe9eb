package io.shoal.oci.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.UpstreamsConfig;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever comes, it is answered in the spec's form, and nothing is asked that makes no sense. */
@Timeout(60)
class BadInputTest {

  private static final int ROUNDS = 5_000;
  private static final Digest DIGEST = Digest.sha256Of("0123456789".getBytes(UTF_8));

  /** What requests are made of, and what makes them go wrong. */
  private static final List<String> WORDS =
      List.of(
          "/",
          "/",
          "/",
          "/",
          "/",
          "/v2",
          "/v2/",
          "a",
          "b/c",
          "library",
          "manifests",
          "blobs",
          "tags",
          "list",
          "referrers",
          "_catalog",
          "uploads",
          "latest",
          "sha256:",
          DIGEST.toString(),
          "sha512:00",
          "..",
          "%2e%2e",
          "%2F",
          "%00",
          "%",
          "%zz",
          "\u00e9",
          "\ud83d\ude00",
          ":",
          "@",
          "?",
          "&",
          "ns=",
          "ghcr.io",
          "ghcr.io/",
          "evil.com",
          "localhost:5000",
          "[::1]",
          "n=",
          "last=",
          "-1",
          "99999999999999999999",
          "artifactType=",
          ";",
          "\\",
          "A",
          "x".repeat(300));

  private static final List<String> KINDS = List.of("manifests", "blobs", "tags", "referrers");

  private static final List<String> LAST = List.of("latest", "list", DIGEST.toString());

  private static final List<String> RANGES =
      List.of("bytes=", "bytes", "=", "-", ",", " ", "0", "1", "9", "10", "18446744073709551616");

  private final FakeContent content = new FakeContent();
  private final Responder responder =
      new Responder(content, new UpstreamSelector(UpstreamsConfig.defaults().names()), true);

  BadInputTest() {
    content.blob("0123456789".getBytes(UTF_8));
    content.manifests.put(
        "latest", new ManifestContent("a/b", DIGEST, ByteBuffer.allocate(2), false));
  }

  @Test
  void answersAnyAddress() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < ROUNDS; i++) {
      String uri = address(random);
      Answer answer = answer(uri, "bytes=0-1");
      assertThat(answer.status().code()).as(uri).isIn(200, 206, 400, 404, 416);
    }
    assertThat(content.calls).as("some of them made sense").isNotEmpty();
    for (String call : content.calls) {
      assertThat(call.split(" ")[1])
          .as(call)
          .matches("(?:docker\\.io|ghcr\\.io)(?:/[a-z0-9]+(?:\\.[a-z0-9]+)*)*");
    }
  }

  /** Often an address that makes sense but for one part of it. */
  private static String address(Random random) {
    String query = random.nextBoolean() ? "" : "?" + some(random, WORDS, 4);
    return switch (random.nextInt(3)) {
      case 0 -> "/v2/" + some(random, WORDS, 8);
      case 1 -> "/v2/a/" + word(random, KINDS) + "/" + word(random, WORDS) + query;
      default ->
          "/v2/%s/%s/%s%s"
              .formatted(word(random, WORDS), word(random, KINDS), word(random, LAST), query);
    };
  }

  private static String word(Random random, List<String> words) {
    return words.get(random.nextInt(words.size()));
  }

  @Test
  void answersAnyRangeWithBytesThatExist() throws Exception {
    Random random = new Random(2);
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      String range = "bytes=" + some(random, RANGES, 12);
      Answer answer = answer("/v2/a/blobs/" + DIGEST, range);
      statuses.add(answer.status().code());
      if (answer.body() instanceof Answer.OfBlob(BlobContent blob, var sections, var end)) {
        long length = end.remaining();
        for (Answer.Section section : sections) {
          assertThat(section.from()).as(range).isBetween(0L, blob.blobBytes() - 1);
          assertThat(section.toExclusive())
              .as(range)
              .isBetween(section.from() + 1, blob.blobBytes());
          length += section.head().remaining() + section.toExclusive() - section.from();
        }
        assertThat(answer.headers().get("Content-Length")).as(range).isEqualTo("" + length);
      }
    }
    assertThat(statuses).contains(200, 206, 416).isSubsetOf(200, 206, 400, 416);
  }

  @Test
  void coversExactlyWhatWasAskedForWithinSmallGaps() {
    Random random = new Random(3);
    for (int i = 0; i < ROUNDS; i++) {
      long size = 1 + random.nextInt(100_000);
      int count = 1 + random.nextInt(20);
      StringBuilder header = new StringBuilder("bytes=");
      List<ByteRange.Part> asked = new ArrayList<>();
      for (int part = 0; part < count; part++) {
        long from = random.nextLong(size);
        long to = Math.min(size, from + 1 + random.nextInt(2000));
        asked.add(new ByteRange.Part(from, to));
        header.append(part == 0 ? "" : ",").append(from).append('-').append(to - 1);
      }
      List<ByteRange.Part> sent = parts(ByteRange.parse(header.toString(), size));
      for (ByteRange.Part part : asked) {
        assertThat(sent)
            .as(header.toString())
            .anyMatch(s -> s.from() <= part.from() && s.toExclusive() >= part.toExclusive());
      }
      long extra = sent.stream().mapToLong(p -> p.toExclusive() - p.from()).sum() - union(asked);
      assertThat(extra).isBetween(0L, (long) count * ByteRange.SMALL_GAP_BYTES);
    }
  }

  private static List<ByteRange.Part> parts(ByteRange range) {
    return switch (range) {
      case ByteRange.Part part -> List.of(part);
      case ByteRange.Parts(var parts) -> parts;
      default -> List.of();
    };
  }

  private static long union(List<ByteRange.Part> parts) {
    long covered = 0;
    long end = 0;
    for (ByteRange.Part part :
        parts.stream().sorted((a, b) -> Long.compare(a.from(), b.from())).toList()) {
      covered += Math.max(0, part.toExclusive() - Math.max(end, part.from()));
      end = Math.max(end, part.toExclusive());
    }
    return covered;
  }

  @Test
  void refusesAFloodOfHeadersAndDoesNotWaitForBodies() throws Exception {
    try (RegistryServerFixture server = new RegistryServerFixture(false)) {
      String flood = "GET /v2/ HTTP/1.1\r\n" + "X-Flood: 0123456789\r\n".repeat(1000);
      assertThat(firstLine(server, flood + "\r\n")).contains(" 431 ");
      String promised = "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n";
      assertThat(firstLine(server, promised)).contains(" 405 ");
      String chunked =
          "PUT /v2/a/manifests/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab";
      assertThat(firstLine(server, chunked)).contains(" 405 ");
    }
  }

  /** Of the answer; what was not sent of the request is not waited for. */
  private static String firstLine(RegistryServerFixture server, String request) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      StringBuilder line = new StringBuilder();
      for (int c = socket.getInputStream().read(); c >= 0 && c != '\r'; ) {
        line.append((char) c);
        c = socket.getInputStream().read();
      }
      return line.toString();
    }
  }

  private static String some(Random random, List<String> words, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most); i >= 0; i--) {
      text.append(word(random, words));
    }
    return text.toString();
  }

  private Answer answer(String uri, String range) throws InterruptedException {
    return responder.answer(
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.GET,
            uri,
            new DefaultHttpHeaders().set("Range", range)));
  }
}
