package io.shoal.cli.dev.report;

import static java.lang.String.format;
import static java.util.Locale.ROOT;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.console.TextTable;
import io.shoal.core.units.ByteSize;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of all agents' pulls.
 *
 * @param pids the processes that ran: every server and agent
 * @param imageBytes length of the image's configuration and layers
 * @param upstreamBytes what left the central registry
 * @param originBytes what left the origin, to agents and others
 * @param pulls one for each agent
 */
public record DevReport(
    List<Long> pids, long imageBytes, long upstreamBytes, long originBytes, List<AgentPull> pulls) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public DevReport {
    pids = List.copyOf(pids);
    pulls = List.copyOf(pulls);
  }

  /** How many pulls did not succeed. */
  public int failed() {
    return (int) pulls.stream().filter(pull -> pull.failure().isPresent()).count();
  }

  /** How often the image left the central registry; 1 is the least for a cold cluster. */
  public double upstreamCopies() {
    return ratio(upstreamBytes, imageBytes);
  }

  /** How often the image left the origin. */
  public double originCopies() {
    return ratio(originBytes, imageBytes);
  }

  /** The part of what agents received over the network that came from other agents. */
  public double peerShare() {
    SourceBytes sum = total();
    return ratio(sum.peer(), sum.overNetwork());
  }

  /** One JSON object. */
  public String json() {
    List<PullJson> entries =
        pulls.stream()
            .map(pull ->
                new PullJson(
                    pull.agent(),
                    seconds(pull.duration()),
                    seconds(pull.firstByte()),
                    pull.bytes()))
            .toList();
    ReportJson report =
        new ReportJson(
            pulls.size(),
            pids,
            failed(),
            imageBytes,
            upstreamCopies(),
            originCopies(),
            peerShare(),
            entries);
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of numbers and names is always JSON", e);
    }
  }

  /** A table and one line of totals, for people. */
  public List<String> summary() {
    TextTable table =
        new TextTable(
            "agent", "time", "first byte", "upstream", "origin", "peers", "own disk", "result");
    for (AgentPull pull : pulls) {
      SourceBytes bytes = pull.bytes();
      table.row(
          pull.agent(),
          format(ROOT, "%.2f s", seconds(pull.duration())),
          format(ROOT, "%.2f s", seconds(pull.firstByte())),
          size(bytes.upstream()),
          size(bytes.origin()),
          size(bytes.peer()),
          size(bytes.cache()),
          pull.failure().isPresent() ? "FAILED" : "ok");
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add(
        format(
            ROOT,
            "image %s; left upstream %.2f times, the origin %.2f times; %.0f %% came from peers",
            ByteSize.format(imageBytes),
            upstreamCopies(),
            originCopies(),
            100 * peerShare()));
    for (AgentPull pull : pulls) {
      pull.failure().ifPresent(reason -> lines.add(pull.agent() + " failed: " + reason));
    }
    return lines;
  }

  private SourceBytes total() {
    return pulls.stream().map(AgentPull::bytes).reduce(SourceBytes.NONE, SourceBytes::plus);
  }

  private static String size(long bytes) {
    return bytes == 0 ? "-" : ByteSize.format(bytes);
  }

  /** Milliseconds are as fine as these measurements are. */
  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static double ratio(long part, long whole) {
    return whole == 0
        ? 0
        : BigDecimal.valueOf(part)
            .divide(BigDecimal.valueOf(whole), 4, RoundingMode.HALF_UP)
            .doubleValue();
  }

  @JsonPropertyOrder({
    "agents",
    "pids",
    "failed",
    "imageBytes",
    "upstreamCopies",
    "originCopies",
    "peerShare",
    "pulls"
  })
  private record ReportJson(
      int agents,
      List<Long> pids,
      int failed,
      long imageBytes,
      double upstreamCopies,
      double originCopies,
      double peerShare,
      List<PullJson> pulls) {}

  @JsonPropertyOrder({"agent", "seconds", "firstByteSeconds", "bytes"})
  private record PullJson(
      String agent, double seconds, double firstByteSeconds, SourceBytes bytes) {}
}
