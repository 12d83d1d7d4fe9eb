package io.shoal.cli.bench.serve;

import static java.util.Locale.ROOT;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.shoal.cli.console.TextTable;
import java.util.ArrayList;
import java.util.List;

/**
 * What was measured, the agent beside nginx, and what is aimed at.
 *
 * @param handover from a piece's being attested to its bytes' being handed to a waiting reader
 */
record ServeReport(List<Pair> pairs, Delays handover) {

  /** How much more processor time than nginx the agent may need. */
  static final double LIMIT = 1.2;

  private static final ObjectMapper JSON = new ObjectMapper();

  ServeReport {
    pairs = List.copyOf(pairs);
  }

  /** Both servers with the same number of readers. */
  record Pair(Measured agent, Measured nginx) {
    double ratio() {
      return agent.cpuSecondsPerGigabyte() / nginx.cpuSecondsPerGigabyte();
    }
  }

  @JsonPropertyOrder({"limit", "met", "servers", "handover"})
  private record ReportJson(
      double limit, boolean met, List<ServerJson> servers, HandoverJson handover) {}

  @JsonPropertyOrder({"pieces", "p50Micros", "p99Micros", "maxMicros"})
  private record HandoverJson(int pieces, double p50Micros, double p99Micros, double maxMicros) {}

  @JsonPropertyOrder({"server", "readers", "bytes", "gigabytesPerSecond", "cpuSecondsPerGB"})
  private record ServerJson(
      String server, int readers, long bytes, double gigabytesPerSecond, double cpuSecondsPerGB) {}

  boolean met() {
    return pairs.stream().allMatch(pair -> pair.ratio() <= LIMIT);
  }

  /** A table and the target. */
  List<String> lines() {
    TextTable table = new TextTable("server", "readers", "GB/s", "s/GB", "times nginx");
    for (Pair pair : pairs) {
      row(table, pair.nginx(), "");
      row(table, pair.agent(), String.format(ROOT, "%.2f", pair.ratio()));
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add("s/GB: processor seconds of the server's processes");
    lines.add(
        String.format(
            ROOT, "target: at most %.1f times nginx's s/GB: %s", LIMIT, met() ? "met" : "missed"));
    lines.add("");
    lines.add(
        String.format(
            ROOT,
            "from attested to handed to a waiting reader, in memory: p50 %.0f us, p99 %.0f us,"
                + " longest %.0f us (%d pieces)",
            handover.percentileMicros(0.5),
            handover.percentileMicros(0.99),
            handover.percentileMicros(1),
            handover.nanos().size()));
    return lines;
  }

  private static void row(TextTable table, Measured measured, String ratio) {
    table.row(
        measured.server(),
        Integer.toString(measured.readers()),
        String.format(ROOT, "%.2f", measured.gigabytesPerSecond()),
        String.format(ROOT, "%.3f", measured.cpuSecondsPerGigabyte()),
        ratio);
  }

  /** The same for programs. */
  String json() {
    List<ServerJson> servers = new ArrayList<>();
    for (Pair pair : pairs) {
      servers.add(json(pair.nginx()));
      servers.add(json(pair.agent()));
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter()
          .writeValueAsString(new ReportJson(LIMIT, met(), servers, handoverJson()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report of numbers and names is always JSON", e);
    }
  }

  private HandoverJson handoverJson() {
    return new HandoverJson(
        handover.nanos().size(),
        handover.percentileMicros(0.5),
        handover.percentileMicros(0.99),
        handover.percentileMicros(1));
  }

  private static ServerJson json(Measured measured) {
    return new ServerJson(
        measured.server(),
        measured.readers(),
        measured.bytes(),
        measured.gigabytesPerSecond(),
        measured.cpuSecondsPerGigabyte());
  }
}
