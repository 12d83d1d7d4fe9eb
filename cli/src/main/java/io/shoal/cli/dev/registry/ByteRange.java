package io.shoal.cli.dev.registry;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a blob.
 *
 * @param from first byte
 * @param bytes how many, at least 1
 */
record ByteRange(long from, long bytes) {

  private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** What a Range header means for a blob of this length. */
  sealed interface Answer {
    /** No header, or one that this server does not understand: RFC 9110 says to ignore it. */
    record Whole() implements Answer {}

    /** This part. */
    record Part(ByteRange range) implements Answer {}

    /** Nothing of the blob is meant. */
    record Unsatisfiable() implements Answer {}
  }

  static Answer answer(Optional<String> header, long blobBytes) {
    Matcher m = FORM.matcher(header.orElse(""));
    if (!m.matches() || (m.group(1).isEmpty() && m.group(2).isEmpty())) {
      return new Answer.Whole();
    }
    if (m.group(1).isEmpty()) {
      long bytes = Math.min(Long.parseLong(m.group(2)), blobBytes);
      return bytes == 0
          ? new Answer.Unsatisfiable()
          : new Answer.Part(new ByteRange(blobBytes - bytes, bytes));
    }
    long from = Long.parseLong(m.group(1));
    long last =
        m.group(2).isEmpty() ? blobBytes - 1 : Math.min(Long.parseLong(m.group(2)), blobBytes - 1);
    if (!m.group(2).isEmpty() && Long.parseLong(m.group(2)) < from) {
      return new Answer.Whole();
    }
    return from >= blobBytes
        ? new Answer.Unsatisfiable()
        : new Answer.Part(new ByteRange(from, last - from + 1));
  }
}
