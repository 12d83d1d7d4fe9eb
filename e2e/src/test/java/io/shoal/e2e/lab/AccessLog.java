package io.shoal.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The registry's own account of what it sent: one line in the usual combined format per finished
 * request, also for one that the client broke off, with the bytes of body that were written.
 */
public final class AccessLog {

  private static final Pattern LINE =
      Pattern.compile(
          "\"(?<method>[A-Z]+) (?<target>\\S+) HTTP/[0-9.]+\" (?<status>\\d{3}) (?<bytes>\\d+) ");
  private static final Pattern BLOB =
      Pattern.compile("/v2/.+/blobs/(?<digest>sha\\d+:[0-9a-f]+)(\\?.*)?");

  private final Path file;

  AccessLog(Path file) {
    this.file = file;
  }

  /** One finished request. */
  public record Entry(String method, String target, int status, long bodyBytes) {}

  /** A place in the log: what was written before it is left out. */
  public record Mark(long position) {}

  public Mark mark() {
    try {
      return new Mark(Files.size(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Entry> since(Mark mark) {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) (channel.size() - mark.position()));
      while (bytes.hasRemaining() && channel.read(bytes, mark.position() + bytes.position()) > 0) {
        // A log that grows meanwhile is read up to where it ended when the question was asked.
      }
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      return text.lines().map(LINE::matcher).filter(Matcher::find).map(AccessLog::entry).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of body per blob, over all GETs of it. */
  public Map<String, Long> blobBytesSince(Mark mark) {
    Map<String, Long> sums = new TreeMap<>();
    for (Entry entry : since(mark)) {
      Matcher blob = BLOB.matcher(entry.target());
      if (entry.method().equals("GET") && entry.status() / 100 == 2 && blob.matches()) {
        sums.merge(blob.group("digest"), entry.bodyBytes(), Long::sum);
      }
    }
    return sums;
  }

  private static Entry entry(Matcher line) {
    return new Entry(
        line.group("method"),
        line.group("target"),
        Integer.parseInt(line.group("status")),
        Long.parseLong(line.group("bytes")));
  }
}
