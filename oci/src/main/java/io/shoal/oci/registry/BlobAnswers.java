package io.shoal.oci.registry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Sends of an open blob what a Range header asks for. */
final class BlobAnswers {

  private static final String BYTES = "application/octet-stream";

  private BlobAnswers() {}

  /**
   * The answer to a GET; it owns the blob from here on.
   *
   * @param range the Range header, empty if there is none
   */
  static Answer answer(HttpHeaders headers, BlobContent blob, String range)
      throws RegistryException {
    long blobBytes = blob.blobBytes();
    headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
    return switch (ByteRange.parse(range, blobBytes)) {
      case ByteRange.Whole _ -> {
        describe(headers, BYTES, blobBytes);
        yield new Answer(HttpResponseStatus.OK, headers, Answer.part(blob, 0, blobBytes));
      }
      case ByteRange.Part part -> {
        describe(headers, BYTES, part.toExclusive() - part.from());
        headers.set(HttpHeaderNames.CONTENT_RANGE, contentRange(part, blobBytes));
        yield new Answer(
            HttpResponseStatus.PARTIAL_CONTENT,
            headers,
            Answer.part(blob, part.from(), part.toExclusive()));
      }
      case ByteRange.Parts(List<ByteRange.Part> parts) -> multipart(headers, blob, parts);
      case ByteRange.Unsatisfiable _ -> {
        blob.close();
        headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + blobBytes);
        throw new RegistryException(
            RegistryErrorCode.RANGE_INVALID, "the blob has only " + blobBytes + " bytes");
      }
      case ByteRange.TooMany _ -> {
        blob.close();
        // Lazy readers take a 400 as "ask for one range at a time"; the whole blob would be the
        // last thing they want.
        throw new RegistryException(
            RegistryErrorCode.PARAMETER_INVALID,
            "more than " + ByteRange.MAX_PARTS + " ranges in one request");
      }
    };
  }

  /** {@code multipart/byteranges} (RFC 9110, section 14.6). */
  private static Answer multipart(
      HttpHeaders headers, BlobContent blob, List<ByteRange.Part> parts) {
    // Nobody can have put it into a blob beforehand.
    String boundary = "shoal-" + UUID.randomUUID();
    ByteBuffer end = ascii("\r\n--" + boundary + "--\r\n");
    List<Answer.Section> sections = new ArrayList<>();
    long length = end.remaining();
    for (ByteRange.Part part : parts) {
      ByteBuffer head =
          ascii(
              "%s--%s\r\nContent-Type: %s\r\nContent-Range: %s\r\n\r\n"
                  .formatted(
                      sections.isEmpty() ? "" : "\r\n",
                      boundary,
                      BYTES,
                      contentRange(part, blob.blobBytes())));
      sections.add(new Answer.Section(head, part.from(), part.toExclusive()));
      length += head.remaining() + part.toExclusive() - part.from();
    }
    describe(headers, "multipart/byteranges; boundary=" + boundary, length);
    return new Answer(
        HttpResponseStatus.PARTIAL_CONTENT, headers, new Answer.OfBlob(blob, sections, end));
  }

  /** The headers that answer a HEAD. */
  static void describe(HttpHeaders headers, long blobBytes) {
    headers.set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
    describe(headers, BYTES, blobBytes);
  }

  private static void describe(HttpHeaders headers, String type, long length) {
    headers.set(HttpHeaderNames.CONTENT_TYPE, type);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
  }

  private static String contentRange(ByteRange.Part part, long blobBytes) {
    return "bytes " + part.from() + "-" + (part.toExclusive() - 1) + "/" + blobBytes;
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }
}
