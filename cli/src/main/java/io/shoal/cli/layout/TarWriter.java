package io.shoal.cli.layout;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes a POSIX ustar archive: directories and regular files owned by root, all with the same
 * modification time, so that equal content gives equal bytes. A file whose name or size does not
 * fit ustar gets a pax header before it.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">pax</a>
 */
public final class TarWriter implements Closeable {

  /** Everything in an archive takes a multiple of this. */
  public static final int RECORD_BYTES = 512;

  /** 1 January 2026. A fixed time keeps the archive reproducible. */
  private static final long MODIFIED_EPOCH_SECONDS = 1_767_225_600L;

  /** What fits the header's own fields. */
  private static final int NAME_BYTES = 100;

  private static final long MOST_BYTES = (1L << 33) - 1;

  private static final int NAME_AT = 0;
  private static final int MODE_AT = 100;
  private static final int UID_AT = 108;
  private static final int GID_AT = 116;
  private static final int SIZE_AT = 124;
  private static final int TIME_AT = 136;
  private static final int CHECKSUM_AT = 148;
  private static final int TYPE_AT = 156;
  private static final int MAGIC_AT = 257;

  private final OutputStream out;

  /** Writes to this stream, which it closes at its own end. */
  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /** Adds a directory. */
  public void directory(String name) throws IOException {
    out.write(header(name + "/", 0755, 0, '5'));
  }

  /** Adds a regular file whose bytes the content writes, exactly as many as announced. */
  public void file(String name, int mode, long bytes, Content content) throws IOException {
    String shown = name;
    long shownBytes = bytes;
    if (name.length() > NAME_BYTES || bytes > MOST_BYTES) {
      paxHeader("path", name, "size", Long.toString(bytes));
      shown = name.length() > NAME_BYTES ? name.substring(0, NAME_BYTES) : name;
      shownBytes = Math.min(bytes, MOST_BYTES);
    }
    out.write(header(shown, mode, shownBytes, '0'));
    content.writeTo(out);
    pad(bytes);
  }

  private void paxHeader(String... keysAndValues) throws IOException {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      records.append(paxRecord(keysAndValues[i] + "=" + keysAndValues[i + 1]));
    }
    byte[] body = records.toString().getBytes(StandardCharsets.US_ASCII);
    out.write(header("pax", 0644, body.length, 'x'));
    out.write(body);
    pad(body.length);
  }

  /** A record begins with its own length, the digits of which count, too. */
  private static String paxRecord(String keyAndValue) {
    int rest = keyAndValue.length() + 2;
    int length = rest + 1;
    while (Integer.toString(length).length() + rest != length) {
      length++;
    }
    return length + " " + keyAndValue + "\n";
  }

  private void pad(long bytes) throws IOException {
    int rest = (int) (bytes % RECORD_BYTES);
    if (rest != 0) {
      out.write(new byte[RECORD_BYTES - rest]);
    }
  }

  /** Ends the archive with two empty records and closes the stream. */
  @Override
  public void close() throws IOException {
    out.write(new byte[2 * RECORD_BYTES]);
    out.close();
  }

  private static byte[] header(String name, int mode, long bytes, char type) {
    byte[] header = new byte[RECORD_BYTES];
    text(header, NAME_AT, NAME_BYTES, name);
    octal(header, MODE_AT, 8, mode);
    octal(header, UID_AT, 8, 0);
    octal(header, GID_AT, 8, 0);
    octal(header, SIZE_AT, 12, bytes);
    octal(header, TIME_AT, 12, MODIFIED_EPOCH_SECONDS);
    header[TYPE_AT] = (byte) type;
    text(header, MAGIC_AT, 8, "ustar\00000");
    // The checksum is taken with its own field full of blanks.
    text(header, CHECKSUM_AT, 8, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    text(header, CHECKSUM_AT, 8, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header;
  }

  private static void octal(byte[] header, int at, int fieldBytes, long value) {
    String digits = Long.toOctalString(value);
    if (digits.length() > fieldBytes - 1) {
      throw new IllegalArgumentException("does not fit a tar header: " + value);
    }
    text(header, at, fieldBytes, "0".repeat(fieldBytes - 1 - digits.length()) + digits + '\0');
  }

  private static void text(byte[] header, int at, int fieldBytes, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > fieldBytes) {
      throw new IllegalArgumentException("does not fit a tar header: " + text);
    }
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  /** Writes the bytes of one file. */
  @FunctionalInterface
  public interface Content {
    /** Writes them, exactly as many as announced. */
    void writeTo(OutputStream out) throws IOException;
  }
}
