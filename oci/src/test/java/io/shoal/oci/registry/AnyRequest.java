package io.shoal.oci.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.AnyAnswer;
import io.shoal.oci.upstream.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A client that sends any bytes at all to a registry that holds one blob and one tag: every request
 * in them is answered in the spec's form, with bytes that exist. The headers are then read a second
 * time, as if an upstream had sent them.
 */
final class AnyRequest {

  static final byte[] CONTENT = "0123456789".repeat(100).getBytes(UTF_8);
  static final Digest DIGEST = Digest.sha256Of(CONTENT);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final UpstreamSelector SELECTOR =
      new UpstreamSelector(Settings.upstreams("{docker.io: {catalog: true}}").names());

  private AnyRequest() {}

  /** Reads the bytes as a stream of requests. */
  static void read(byte[] bytes) {
    FakeContent content = new FakeContent();
    content.blob(CONTENT);
    content.manifests.put(
        "latest", new ManifestContent("a/b", DIGEST, ByteBuffer.allocate(2), false));
    Responder responder = new Responder(content, SELECTOR, true);
    EmbeddedChannel connection = new EmbeddedChannel(new HttpRequestDecoder());
    connection.writeInbound(Unpooled.wrappedBuffer(bytes));
    for (Object read = connection.readInbound(); read != null; read = connection.readInbound()) {
      if (read instanceof HttpRequest request) {
        answer(responder, request);
        AnyAnswer.read(request.headers().entries());
      }
      ReferenceCountUtil.release(read);
    }
    connection.finishAndReleaseAll();
  }

  private static void answer(Responder responder, HttpRequest request) {
    try {
      Answer answer = responder.answer(request);
      assertThat(answer.status().code())
          .as(request.uri())
          .isIn(200, 206, 304, 400, 404, 405, 414, 416, 431);
      switch (answer.body()) {
        case Answer.OfBlob blob -> check(answer, blob);
        case Answer.Memory(ByteBuffer body) -> {
          if (answer.status().code() >= 400) {
            checkError(body);
          }
        }
        case Answer.Nothing _ -> {
          if (answer.status().code() >= 400) {
            assertThat(request.method()).isEqualTo(HttpMethod.HEAD);
          }
        }
      }
    } catch (InterruptedException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void check(Answer answer, Answer.OfBlob blob) {
    long length = blob.end().remaining();
    for (Answer.Section section : blob.sections()) {
      assertThat(section.from()).isNotNegative().isLessThan(section.toExclusive());
      assertThat(section.toExclusive()).isLessThanOrEqualTo(CONTENT.length);
      length += section.head().remaining() + section.toExclusive() - section.from();
    }
    assertThat(answer.headers().get(HttpHeaderNames.CONTENT_LENGTH)).isEqualTo("" + length);
  }

  private static void checkError(ByteBuffer body) throws IOException {
    byte[] text = new byte[body.remaining()];
    body.get(text);
    JsonNode errors = JSON.readTree(text).path("errors");
    assertThat(errors).isNotEmpty();
    assertThat(errors.get(0).path("code").asText()).matches("[A-Z_]+");
  }

  /** A request as clients write it. */
  static byte[] request(String method, String uri, Map<String, String> headers) {
    StringBuilder text = new StringBuilder(method + " " + uri + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    return text.append("\r\n").toString().getBytes(UTF_8);
  }
}
